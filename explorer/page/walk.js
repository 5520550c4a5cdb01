// The keys within the lanes: up and down go from row to message to row.

/** Lets the focus walk through what is in sight; Enter chooses. */
export function walk({ app, body }, stepOf) {
  body.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key === "Enter" || key === " ") {
      if (stepOf(target) !== null) app.go(stepOf(target));
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      move(body, target, key === "ArrowDown" ? 1 : -1);
    } else return;
    event.preventDefault();
  });
}

function move(body, from, by) {
  const all = [...body.querySelectorAll("[tabindex]")].sort(inOrder);
  const to = all[all.indexOf(from.closest("[tabindex]")) + by];
  to?.focus();
  to?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** By step; the row before its messages. */
function inOrder(a, b) {
  const isArrow = (element) => Number(!element.classList.contains("row"));
  return a.dataset.step - b.dataset.step || isArrow(a) - isArrow(b);
}
