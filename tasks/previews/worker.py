"""`python -m tasks.previews.worker KIND PAGE`: one page of the file on standard input as a picture.

Run by `tasks.previews.making` alone, within the limits of `config.confined`. PAGE 0 asks how many there are.
"""

import io
import json
import sys
import traceback

from PIL import Image, ImageOps, UnidentifiedImageError

from config.confined import limit

# As large as is read on a screen; a page of text is legible at this width.
WIDEST, TALLEST = 1200, 1700
# After a photo's own decoder has scaled it down: what the limit of memory has room for.
MOST_PIXELS = 32_000_000
# Text is sharper and smaller as PNG; a scan or a photo many times larger.
LARGEST_PNG = 300_000
FORMATS = ("PNG", "JPEG", "GIF")
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit, which counts before the scaling


class Refused(Exception):
    """Its word says why, for `tasks.previews.making`."""


def picture(content: bytes) -> Image.Image:
    """An image, of a moving one the first frame. Raises Refused."""
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    image.draft("RGB", (WIDEST, TALLEST))
    if image.width * image.height > MOST_PIXELS:
        raise Refused("too_much")
    image.thumbnail((WIDEST, TALLEST))
    return ImageOps.exif_transpose(image)


def pdf_page(content: bytes, number: int) -> Image.Image | int:
    """A page, or for 0 how many there are. Raises Refused."""
    import pypdfium2 as pdfium  # here alone: an image does not wait for it

    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Refused("encrypted" if "assword" in str(error) else "broken") from None
    if not number:
        return len(document)
    if number > len(document):
        raise Refused("no_page")
    page = document[number - 1]
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Refused("broken")
    return page.render(scale=min(WIDEST / width, TALLEST / height)).to_pil()


def encoded(image: Image.Image) -> bytes:
    """On a fresh sheet: nothing of what the file said about itself goes along."""
    seen = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    if made.tell() > LARGEST_PNG:
        made = io.BytesIO()
        sheet.save(made, "JPEG", quality=80, optimize=True, progressive=True)
    return made.getvalue()


def answer(kind: str, number: int, content: bytes) -> bytes:
    try:
        shown = pdf_page(content, number) if kind == "pdf" else picture(content)
        if isinstance(shown, int):
            return json.dumps({"pages": shown}).encode()
        return encoded(shown) if number else json.dumps({"pages": 1}).encode()
    except Refused as refusal:
        word = str(refusal)
    except (MemoryError, RecursionError):
        word = "too_much"
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        word = "broken"  # what Pillow raises for a damaged image
    except Exception:  # a library's own word for a damaged file, of which there is no end
        traceback.print_exc()
        word = "broken"
    return json.dumps({"refused": word}).encode()


if __name__ == "__main__":
    limit()
    sys.stdout.buffer.write(answer(sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read()))
