// In the book: a table that scrolls sideways can be reached by the keyboard.
for (const table of document.querySelectorAll(".table-wrapper")) table.tabIndex = 0;
