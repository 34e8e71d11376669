// Draws a figure when its reader comes near it, which those in closed sections are not.
"use strict";

async function draw(figure) {
  if (figure.dataset.drawn) return;
  figure.dataset.drawn = "yes";
  const svg = await unpackedText(figure);
  figure.classList.remove("packed");
  figure.style.aspectRatio = "auto"; // on a phone it is drawn wider than its frame
  figure.innerHTML = svg;
}

const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)),
  { rootMargin: "600px" }
);
const figures = document.querySelectorAll("figure.packed");
figures.forEach((figure) => near.observe(figure));
window.addEventListener("beforeprint", () => figures.forEach(draw));
