// What is large stands in the page gzipped, as base64; the browser unpacks it by itself.
"use strict";

async function unpackedText(element) {
  const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const unpacked = async (id) => JSON.parse(await unpackedText(document.getElementById(id)));
