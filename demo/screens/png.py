"""Pictures of pages as PNG files of at most 256 colors: a quarter of the size, and nothing one sees is lost."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE = 3  # the color type of PNG
# One color of each kind stays as it is, then the most frequent ones; each other one becomes the nearest of them.
COUNT = """async picture => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
  const {width, height} = image;
  const pen = new OffscreenCanvas(width, height).getContext("2d");
  pen.drawImage(image, 0, 0);
  const pixels = new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
  const often = [...counts].sort((one, other) => other[1] - one[1]).map(one => one[0]), kinds = new Map();
  for (const pixel of often) if (!kinds.has(pixel & 0xe0e0e0)) kinds.set(pixel & 0xe0e0e0, pixel);
  const kept = [...new Set([...[...kinds.values()].slice(0, 160), ...often])].slice(0, 256);
  const parts = pixel => [pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255];
  const palette = kept.map(parts), places = new Map(kept.map((pixel, place) => [pixel, place]));
  const place = pixel => {
    const wanted = parts(pixel);
    const far = palette.map(one => one.reduce((sum, part, n) => sum + (part - wanted[n]) ** 2, 0));
    const nearest = far.indexOf(Math.min(...far));
    places.set(pixel, nearest);
    return nearest;
  };
  const bytes = Uint8Array.from(pixels, pixel => places.get(pixel) ?? place(pixel));
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return {width, height, palette: palette.flat(), pixels: btoa(text)};
}"""


def small(picture: bytes, page: Page) -> bytes:
    """The same picture with a palette; the colors are counted by the browser of this empty page."""
    counted: dict[str, Any] = page.evaluate(COUNT, base64.b64encode(picture).decode())
    width, height = counted["width"], counted["height"]
    pixels = base64.b64decode(counted["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", bytes(counted["palette"])),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
