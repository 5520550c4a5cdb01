// Amounts on an axis.

/** How far apart amounts may be before a straight scale shows nothing of the small ones. */
const STRAIGHT = 1000;

/** A scale for these amounts, from 0 (the least) to 1 (the most), and whether it is a straight one. */
export function scale(amounts) {
  const sizes = amounts.filter((n) => n !== 0).map(Math.abs);
  const least = Math.min(...sizes), most = Math.max(...sizes);
  const isStraight = sizes.length === 0 || most / least <= STRAIGHT;
  // Divided before they are subtracted: the largest floats are no further apart than 2.
  const of = isStraight ? (n) => n / (most || 1) : (n) => Math.sign(n) * Math.log10(1 + Math.abs(n) / least);
  const bottom = of(Math.min(0, ...amounts)), top = of(Math.max(0, ...amounts));
  const part = (n) => (top === bottom ? 0 : (of(n) - bottom) / (top - bottom));
  return { part, isStraight, least };
}
