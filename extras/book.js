// In the book: what scrolls sideways can be reached by the keyboard.
for (const wide of document.querySelectorAll(".table-wrapper, pre > code")) wide.tabIndex = 0;
