//! Memory of the table: zero pages straight from the operating system.
//!
//! The only `unsafe` code. It pays for two things that safe code cannot have: huge pages
//! (a probe of a large table misses the TLB otherwise, and clearing pages of 4 KiB takes
//! a fifth of a short search) and prefetches that do not wait.
#![cfg_attr(not(any(loom, miri)), allow(unsafe_code, reason = "see above"))]

pub use memory::Pages;

/// Asks for the cache line of a value without waiting for it. Where this is not possible
/// nothing happens.
#[inline]
pub fn prefetch<T>(value: &T) {
    #[cfg(all(target_arch = "x86_64", not(any(loom, miri))))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing and cannot fault; SSE is part of x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast()) }
    }
    #[cfg(not(all(target_arch = "x86_64", not(any(loom, miri)))))]
    let _ = value;
}

#[cfg(not(any(loom, miri)))]
mod memory {
    use std::marker::PhantomData;
    use std::ops::Deref;

    use memmap2::{MmapOptions, MmapRaw};
    use zerocopy::FromZeros;

    /// Address space for one table: more than any machine has memory. It costs nothing.
    const RESERVE: usize = 1 << 38;
    /// From this many bytes on huge pages waste little.
    const HUGE: usize = 1 << 22;

    /// Values that start as zero bytes and take up memory only when touched. They never move.
    pub struct Pages<T> {
        /// Gives out nothing but a raw pointer: no reference to bytes ever stands beside those
        /// to values.
        map: MmapRaw,
        len: usize,
        values: PhantomData<T>,
    }

    impl<T: FromZeros> Pages<T> {
        /// `len` zeroes.
        ///
        /// # Panics
        /// If the memory cannot be had.
        pub fn zeroed(len: usize) -> Self {
            const { assert!(align_of::<T>() <= 4096, "pages are aligned to 4096 bytes") };
            let reserved = |size| MmapOptions::new().len(size).no_reserve_swap().map_anon().ok();
            // Where so much must not even be reserved, a part of what may be: there are other
            // tables, and others who need memory.
            let sizes = std::iter::successors(Some(RESERVE / 2), |size| Some(size / 2));
            let least = len.saturating_mul(size_of::<T>()).max(4096);
            let most = || sizes.take_while(|size| *size >= least).find(|n| reserved(*n).is_some());
            let some = || most().and_then(|size| reserved((size / 8).max(least)));
            let map = reserved(RESERVE).or_else(some);
            let map = map.unwrap_or_else(|| panic!("no address space for a table"));
            let mut pages = Self { map: map.into(), len: 0, values: PhantomData };
            pages.extend(len);
            pages
        }

        /// How long it can get.
        pub fn most(&self) -> usize {
            self.map.len() / size_of::<T>()
        }

        /// Adds zeroes up to a length of `len`.
        ///
        /// # Panics
        /// If there is not so much memory.
        pub fn extend(&mut self, len: usize) {
            let bytes = len.checked_mul(size_of::<T>()).filter(|bytes| *bytes <= self.map.len());
            let bytes = bytes.unwrap_or_else(|| panic!("no memory for a table of {len} lines"));
            // Without huge pages it is slower, not wrong.
            #[cfg(target_os = "linux")]
            if bytes >= HUGE {
                let _ = self.map.advise_range(memmap2::Advice::HugePage, 0, bytes);
            }
            self.len = len;
        }
    }

    impl<T> Deref for Pages<T> {
        type Target = [T];

        #[inline]
        fn deref(&self) -> &[T] {
            // SAFETY: the mapping begins at a page, which is aligned for `T`, and has room for
            // `len` values, see `extend`. It started as zero bytes, which `FromZeros` says is a
            // value, and nothing but what is returned here reaches it, so it still holds values.
            // The pointer is the one the mapping was made with, writable and derived from no
            // reference, so values may be changed through what of them is in an `UnsafeCell`;
            // of the rest nobody ever has a mutable reference. It lives as long as `self`.
            unsafe { std::slice::from_raw_parts(self.map.as_mut_ptr().cast(), self.len) }
        }
    }
}

/// The same on the heap, for tools that follow every access.
#[cfg(any(loom, miri))]
mod memory {
    use std::ops::Deref;

    use crate::sync::AtomicU64;

    pub struct Pages<T>(Vec<T>);

    impl<const N: usize, const M: usize> Pages<[[AtomicU64; M]; N]> {
        pub fn zeroed(len: usize) -> Self {
            let mut pages = Self(Vec::new());
            pages.extend(len);
            pages
        }

        pub fn most(&self) -> usize {
            usize::MAX / (M * N)
        }

        pub fn extend(&mut self, len: usize) {
            self.0.resize_with(len, || [(); N].map(|()| [(); M].map(|()| AtomicU64::new(0))));
        }
    }

    impl<T> Deref for Pages<T> {
        type Target = [T];

        fn deref(&self) -> &[T] {
            &self.0
        }
    }
}
