//! A contract of several files, joined into one text as `.load` of aos does it (SEMANTICS A7).
//!
//! Each module becomes a function that is called once and whose result is put into
//! `package.loaded`; what a module requires stands before it, and the main file comes last. Each
//! file stands behind a mark, so that the text alone says which line is whose: wherever it goes,
//! messages name the files.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What stands before the name of a file, behind which its text begins on the next line.
const MARK: &str = "--[joined file] ";
/// How a text of several files begins.
const FIRST: &str = "local function _loaded_mod_";

/// Bytes of all files together: no more are read.
pub const LARGEST: usize = 4 << 20;
/// Modules of one contract: Lua has no room for more local functions.
const MOST: usize = 190;

/// Reads a module by its path from the folder of the main file, with slashes: its text, or
/// nothing where there is no such file.
///
/// The error says what is wrong with the file, and names it.
pub type ReadModule<'a> = dyn Fn(&str) -> Result<Option<String>, String> + 'a;

/// The text of a contract with all modules that it requires and that lie beside it. A text that
/// requires none stays as it is.
///
/// # Errors
/// What is wrong with a file, and where it is required.
pub fn joined(file: &str, text: String, read: &ReadModule<'_>) -> Result<String, String> {
    refuse_mark(file, &text)?;
    let (folder, own) = file.split_at(file.rfind('/').map_or(0, |slash| slash + 1));
    let open = vec![own.to_owned()];
    let mut joiner = Joiner { read, folder, text: String::new(), known: BTreeMap::new(), open };
    joiner.add_required(file, &text)?;
    if joiner.known.is_empty() {
        return Ok(text);
    }
    joiner.put(&format!("{MARK}{file}\n{text}"))?;
    Ok(joiner.text)
}

/// The text of a contract, joined or not, behind a file that runs before it and returns the
/// values of these local variables, which the whole contract sees.
pub fn behind((first, code): (&str, &str), locals: &str, (file, text): (&str, &str)) -> String {
    let mark = if text.starts_with(FIRST) { String::new() } else { format!("{MARK}{file}\n") };
    let end = if code.ends_with('\n') { "" } else { "\n" };
    format!(
        "{FIRST}first() {MARK}{first}\n{code}{end}end local {locals} = _loaded_mod_first()\n{mark}{text}"
    )
}

struct Joiner<'a> {
    read: &'a ReadModule<'a>,
    /// What stands before the paths of modules where they are named, as before that of the main
    /// file.
    folder: &'a str,
    text: String,
    /// The module of each path that is loaded.
    known: BTreeMap<String, Module>,
    /// The paths of the files that are waiting for what they require.
    open: Vec<String>,
}

struct Module {
    name: String,
    /// Other names of the same file.
    others: Vec<String>,
}

impl Joiner<'_> {
    fn add_required(&mut self, file: &str, text: &str) -> Result<(), String> {
        for (line, name) in required(text) {
            self.add(name).map_err(|why| format!("{file}:{line}: require(\"{name}\"): {why}"))?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str) -> Result<(), String> {
        let path = path_of(name);
        if let Some(module) = self.known.get_mut(&path) {
            if module.name != name && !module.others.iter().any(|other| other == name) {
                module.others.push(name.to_owned());
                let first = module.name.clone();
                // On the line of the next mark, so that one line is left behind each module.
                self.put(&format!("package.loaded[\"{name}\"] = package.loaded[\"{first}\"] "))?;
            }
            return Ok(());
        }
        if let Some(place) = self.open.iter().position(|open| *open == path) {
            let files = self.open[place..].iter().chain([&self.open[place]]);
            let files: Vec<_> = files.map(|path| format!("{}{path}", self.folder)).collect();
            return Err(format!(
                "these files require each other in a circle: {}; put what they share into a file \
                 of its own",
                files.join(", ")
            ));
        }
        let Some(text) = (self.read)(&path)? else { return Ok(()) };
        if self.known.len() + self.open.len() > MOST {
            return Err(format!("more than {MOST} modules"));
        }
        let shown = format!("{}{path}", self.folder);
        refuse_mark(&shown, &text)?;
        self.open.push(path.clone());
        self.add_required(&shown, &text)?;
        self.open.pop();
        must_be_lua(&shown, &text)?;
        let function: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        self.put(&format!(
            "{FIRST}{function}() {MARK}{shown}\n{text}{end}end package.loaded[\"{name}\"] = _loaded_mod_{function}()\n"
        ))?;
        self.known.insert(path, Module { name: name.to_owned(), others: Vec::new() });
        Ok(())
    }

    fn put(&mut self, text: &str) -> Result<(), String> {
        self.text += text;
        if self.text.len() > LARGEST {
            return Err(format!("all files together are too large; the limit is {LARGEST} bytes"));
        }
        Ok(())
    }
}

/// Where a module lies, from the folder of the main file.
pub fn path_of(name: &str) -> String {
    name.replace('.', "/") + ".lua"
}

/// A file could name others with it in what is shown.
fn refuse_mark(file: &str, text: &str) -> Result<(), String> {
    let Some(at) = text.find(MARK) else { return Ok(()) };
    let line = line_starts(text).filter(|start| *start <= at).count();
    Err(format!(
        "{file}:{line}: `{}` stands there, which is how files are marked that are joined; write \
         something else, and check the file from which this was joined",
        MARK.trim_end()
    ))
}

/// By itself, and as the body of a function: nothing of it may run on into what stands behind.
fn must_be_lua(path: &str, text: &str) -> Result<(), String> {
    let lua = mlua::Lua::new();
    let compiled = |text: &str| {
        let chunk = lua.load(text).set_name(format!("@{path}"));
        chunk.set_mode(mlua::chunk::ChunkMode::Text).into_function().map(drop)
    };
    let compiled =
        compiled(text).and_then(|()| compiled(&format!("local function _() {text}\nend")));
    compiled.map_err(|error| match error {
        mlua::Error::SyntaxError { message, .. } => format!("not Lua 5.3: {message}"),
        error => format!("{path}: cannot be compiled: {error}"),
    })
}

/// What a text requires by names that are written in one piece, with their lines, in the order
/// of the text. As on aos, comments are looked at, too; names that begin with a dot are aos's.
fn required(text: &str) -> Vec<(usize, &str)> {
    let starts: Vec<_> = line_starts(text).collect();
    let line = |at: usize| starts.partition_point(|start| *start <= at);
    let found = text.match_indices("require").filter_map(|(at, word)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let is_word = !text[..at].ends_with(|c| is_part(c) || c == '.' || c == ':');
        let rest = text[at + word.len()..].trim_start();
        let rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
        let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
        let (name, _) = rest[1..].split_once(quote)?;
        (is_word && is_module(name)).then(|| (line(at), name))
    });
    found.collect()
}

/// Whether a name leads to a file in the folder of the main file, or below.
pub fn is_module(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
    };
    name.len() <= 200 && name.split(['.', '/']).all(is_part)
}

/// The file of a module, by its path from the folder of the main file; nothing where there is
/// none.
///
/// # Errors
/// If it lies in another folder, as a link can lead there.
pub fn within(main: &Path, module: &str) -> Result<Option<PathBuf>, String> {
    let folder = main.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let path = folder.join(module);
    // A link that leads nowhere is there, too.
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let cannot = |error: io::Error| format!("{module}: cannot be read: {error}");
    let real = path.canonicalize().map_err(cannot)?;
    if real.starts_with(folder.canonicalize().map_err(cannot)?) {
        return Ok(Some(path));
    }
    Err(format!(
        "{module}: it is a link out of the folder, which is not followed; put the file there"
    ))
}

/// Where the lines of a text begin, bytes from 0, as Lua counts lines.
fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let is_end = |byte: u8| byte == b'\n' || byte == b'\r';
        while at < bytes.len() && !is_end(bytes[at]) {
            at += 1;
        }
        next = (at < bytes.len()).then(|| {
            let pair = bytes.get(at + 1).is_some_and(|other| is_end(*other) && *other != bytes[at]);
            at += if pair { 2 } else { 1 };
            at
        });
        Some(start)
    })
}

/// Says which file each line of a text belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Vec<Part>);

/// The lines of one file in a text of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The file: its path from the folder of the main file.
    pub file: String,
    /// The line of the text before its first one, counted from 1.
    pub mark: u32,
    /// How many lines it has.
    pub lines: u32,
}

impl Parts {
    /// Of a text; none where it is one file.
    pub fn of(text: &str) -> Self {
        if !text.starts_with(FIRST) {
            return Self::default();
        }
        let mut parts: Vec<Part> = Vec::new();
        let (mut line, mut starts) = (0, line_starts(text).peekable());
        while let Some(start) = starts.next() {
            line += 1;
            let end = starts.peek().copied().unwrap_or(text.len());
            let of_line = text[start..end].trim_end_matches(['\r', '\n']);
            if let Some(last) = parts.last_mut() {
                last.lines = line - last.mark;
            }
            if let Some((_, file)) = of_line.split_once(MARK) {
                if let Some(last) = parts.last_mut() {
                    // What calls the module stands on a line of its own.
                    last.lines = last.lines.saturating_sub(2);
                }
                parts.push(Part { file: file.to_owned(), mark: line, lines: 0 });
            }
        }
        // What does not begin with a file is one.
        if parts.first().is_some_and(|part| part.mark == 1) { Self(parts) } else { Self::default() }
    }

    /// In the order of the text, the main file last; none where the text is one file.
    pub fn all(&self) -> &[Part] {
        &self.0
    }

    /// Whether it is the main file.
    pub fn is_main(&self, file: &str) -> bool {
        self.0.last().is_some_and(|main| main.file == file)
    }

    /// The file and the line in it that a line of the text is; nothing where the text is one
    /// file. What calls a module is taken for its last line.
    pub fn at(&self, line: u32) -> Option<(&str, u32)> {
        let part = &self.0[self.0.partition_point(|part| part.mark <= line).checked_sub(1)?];
        Some((&part.file, (line - part.mark).clamp(1, part.lines.max(1))))
    }

    /// Whether a line of the text is of no file: it calls a module.
    pub fn is_between(&self, line: u32) -> bool {
        let place = self.0.partition_point(|part| part.mark <= line).checked_sub(1);
        place.is_some_and(|place| {
            let part = &self.0[place];
            line == part.mark || line - part.mark > part.lines
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(files: &[(&str, &str)]) -> Result<String, String> {
        let read = |path: &str| {
            let file = files.iter().find(|(known, _)| *known == path);
            Ok(file.map(|(_, text)| (*text).to_owned()))
        };
        joined("main.lua", read("main.lua")?.unwrap_or_default(), &read)
    }

    #[test]
    fn a_contract_that_requires_no_file_stays_as_it_is() {
        for text in
            ["X = 1", "local json = require('json')", "require('gone')", "require(name .. 'x')"]
        {
            assert_eq!(join(&[("main.lua", text)]).as_deref(), Ok(text));
        }
        assert_eq!(Parts::of("X = 1\nY = 2").at(1), None);
    }

    #[test]
    fn what_is_required_stands_before_what_requires_it_and_once() {
        let text = join(&[
            ("main.lua", "local b = require \"lib.b\"\nlocal a = require('a')\nX = 1"),
            ("a.lua", "return 1\n"),
            ("lib/b.lua", "local a = require(\n 'a')\r\nreturn a"),
        ]);
        let text = text.unwrap_or_else(|why| panic!("{why}"));
        let parts = Parts::of(&text);
        let files: Vec<_> = parts.all().iter().map(|part| (&*part.file, part.lines)).collect();
        assert_eq!(files, [("a.lua", 1), ("lib/b.lua", 3), ("main.lua", 3)], "{text}");
        let lines = (1..).zip(text.split_inclusive('\n'));
        let places: Vec<_> = lines.map(|(line, _)| parts.at(line)).collect();
        let [a, b, main] = ["a.lua", "lib/b.lua", "main.lua"];
        let own = [(a, 1), (a, 1), (a, 1), (b, 1), (b, 1), (b, 2), (b, 3), (b, 3)];
        let own = own.into_iter().chain([(main, 1), (main, 1), (main, 2), (main, 3)]);
        assert_eq!(places, own.map(Some).collect::<Vec<_>>(), "{text}");
        let between: Vec<_> = (1..=12).filter(|line| parts.is_between(*line)).collect();
        assert_eq!(between, [1, 3, 4, 8, 9], "{text}");
    }

    #[test]
    fn a_file_that_runs_before_gives_local_variables() {
        let text = behind(("first.lua", "return 1, 2"), "a, b", ("main.lua", "C = a + b\n"));
        let parts = Parts::of(&text);
        assert_eq!(parts.at(2), Some(("first.lua", 1)));
        assert_eq!(parts.at(5), Some(("main.lua", 1)));
        assert!(parts.is_between(3) && parts.is_main("main.lua"), "{parts:?}");
        let lua = mlua::Lua::new();
        lua.load(&text).exec().expect("it is Lua");
        assert_eq!(lua.globals().get::<i64>("C").expect("a number"), 3);
    }

    #[test]
    fn two_names_of_one_file_are_one_module() {
        let text =
            join(&[("main.lua", "require('a.b') require('a/b') require('a/b')"), ("a/b.lua", "")]);
        let text = text.unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(text.matches("_loaded_mod_a_b()").count(), 2, "{text}");
        assert_eq!(text.matches("package.loaded[\"a/b\"] = package.loaded[\"a.b\"]").count(), 1);
        let parts = Parts::of(&text);
        assert_eq!([parts.at(3), parts.at(5)], [Some(("a/b.lua", 1)), Some(("main.lua", 1))]);
    }

    #[test]
    fn a_circle_names_its_files_and_the_line_that_closes_it() {
        let why = join(&[
            ("main.lua", "\nrequire('a')"),
            ("a.lua", "-- it needs b\nrequire('b')"),
            ("b.lua", "require('a')"),
        ]);
        let why = why.expect_err("a circle");
        let begins = "main.lua:2: require(\"a\"): a.lua:2: require(\"b\"): b.lua:1: require(\"a\"): \
            these files require each other in a circle: a.lua, b.lua, a.lua;";
        assert!(why.starts_with(begins), "{why}");
        let own = join(&[("main.lua", "require('main')")]).expect_err("a circle");
        assert!(own.contains("in a circle: main.lua, main.lua;"), "{own}");
    }

    #[test]
    fn nothing_of_a_module_runs_on_into_another() {
        for text in
            ["X = 1 --[[", "end X = 1 local function y()", "return 1 end", "X = [=[", "return ..."]
        {
            let why = join(&[("main.lua", "require('a')"), ("a.lua", text)]).expect_err(text);
            assert!(why.starts_with("main.lua:1: require(\"a\"): not Lua 5.3: a.lua:1: "), "{why}");
        }
    }

    #[test]
    fn a_file_cannot_pass_for_others() {
        let text = join(&[("main.lua", "require('a')"), ("a.lua", "")]).expect("one of two files");
        let why = join(&[("main.lua", &format!("X = 1\n{text}"))]).expect_err("marked");
        assert!(why.starts_with("main.lua:2: `--[joined file]` stands there"), "{why}");
        let own = join(&[("main.lua", &text)]).expect_err("marked");
        assert!(own.starts_with("main.lua:1: "), "{own}");
        let why = join(&[("main.lua", "require('a')"), ("a.lua", "\r\n--[joined file] x")]);
        assert!(why.is_err_and(|why| why.contains("a.lua:2: `")));
    }

    #[test]
    fn names_lead_to_no_other_folder() {
        let names = |text| required(text).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        let outside = "require('../x') require('/x') require('.x') require('a..b') require('a//b')
            require('a\\\\b') require('') require('x.') required('x') my.require('x') require('a b')";
        assert_eq!(names(outside), Vec::<&str>::new());
        assert_eq!(names("require'a_b-c.d' pcall(require, 'e') require [[f]]"), ["a_b-c.d"]);
    }

    #[test]
    fn too_much_is_refused() {
        let large = " ".repeat(LARGEST);
        let why = join(&[("main.lua", "require('a')"), ("a.lua", &large)]).expect_err("too large");
        assert!(why.contains("too large"), "{why}");
        let chain: Vec<_> =
            (0..300).map(|n| (format!("m{n}.lua"), format!("require('m{}')", n + 1))).collect();
        let chain: Vec<_> = chain.iter().map(|(file, text)| (&**file, &**text)).collect();
        let all = [&[("main.lua", "require('m0')")], &chain[..]].concat();
        assert!(join(&all).is_err_and(|why| why.ends_with("more than 190 modules")));
    }

    #[test]
    fn lines_are_counted_as_lua_counts_them() {
        let starts = |text| line_starts(text).collect::<Vec<_>>();
        assert_eq!(starts("a\nb\r\nc\rd\n\re\n\n"), [0, 2, 5, 7, 10, 12, 13]);
        assert_eq!(starts(""), [0]);
    }
}
