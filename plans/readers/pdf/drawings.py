"""The straight lines drawn on a page: rulings, however a program drew them."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2_raw as pdfium

Box = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]
# Word fills hair-thin rectangles instead of drawing lines; thicker ones are shading.
THICKEST = 3.0
_SHORTEST = 4.0
_DEEPEST = 5


@dataclass
class Drawing:
    """Boxes around lines, in the page's own coordinates, and how much was looked at."""

    boxes: list[Box] = field(default_factory=list)
    strokes: int = 0
    has_picture: bool = False


def drawn(page: ctypes.c_void_p, most: int) -> Drawing:
    """All straight lines of a page; none of one that has more than `most`: that is a map."""
    drawing = Drawing()
    for item, matrix in _items(page, most, drawing):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawing.has_picture = True
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            drawing.strokes += pdfium.FPDFPath_CountSegments(item)
            if drawing.strokes <= most:
                drawing.boxes.extend(_lines(item, matrix))
    if drawing.strokes > most:
        drawing.boxes.clear()
    return drawing


def _items(page: ctypes.c_void_p, most: int, drawing: Drawing) -> Iterator[tuple[ctypes.c_void_p, _Matrix]]:
    """The page's objects, those inside its forms too, with what places them on the page."""
    plain = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    count = pdfium.FPDFPage_CountObjects(page)
    waiting = [(pdfium.FPDFPage_GetObject(page, index), plain, 0) for index in range(min(count, most))]
    drawing.strokes += max(count - most, 0)
    while waiting:
        item, matrix, depth = waiting.pop()
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, matrix
            continue
        inside = min(pdfium.FPDFFormObj_CountObjects(item), most - drawing.strokes)
        if depth < _DEEPEST and inside > 0:
            drawing.strokes += inside
            placed = _then(_matrix(item), matrix)
            found = (pdfium.FPDFFormObj_GetObject(item, index) for index in range(inside))
            waiting.extend((one, placed, depth + 1) for one in found)


def _lines(path: ctypes.c_void_p, matrix: _Matrix) -> Iterator[Box]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    for points in _strands(path, _then(_matrix(path), matrix)):
        whole = _around(points)
        if _is_thin(whole):
            if _is_long(whole):
                yield whole
        elif stroke.value:
            for ends in pairwise(points):
                box = _around(ends)
                if _is_thin(box) and _is_long(box):
                    yield box


def _strands(path: ctypes.c_void_p, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    """The path's connected parts as points; curves are walked from end to end."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    a, b, c, d, e, f = matrix
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _around(points: list[tuple[float, float]] | tuple[tuple[float, float], ...]) -> Box:
    across, along = [x for x, _ in points], [y for _, y in points]
    return min(across), min(along), max(across), max(along)


def _is_thin(box: Box) -> bool:
    return min(box[2] - box[0], box[3] - box[1]) <= THICKEST


def _is_long(box: Box) -> bool:
    return max(box[2] - box[0], box[3] - box[1]) >= _SHORTEST


def _matrix(item: ctypes.c_void_p) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _then(first: _Matrix, second: _Matrix) -> _Matrix:
    """What both matrices do, one after the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u
