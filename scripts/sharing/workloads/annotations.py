"""A list of annotated images, small dicts; a job makes a batch of what it reads.

Like what a data loader's workers hold. They read a few items out of many, in no order.
"""

CLASSES = 80


def build(size):
    """Return `size` annotations, no string, float or list shared by two of them."""
    return [annotation(number) for number in range(size)]


def annotation(number):
    """Return one annotation: where in an image an object is, and of which class."""
    return {
        "image": f"images/{number:010d}.jpg",
        "number": number,
        "class": number % CLASSES,
        "title": f"object {number} of class {number % CLASSES}",
        "box": [number / 2, number / 4, float(number % 640), float(number % 480)],
    }


def process(data, job):
    """Read all annotations; return what `process_items` does."""
    return process_items(data, range(len(data)))


def process_items(data, positions):
    """Collect the annotations at `positions`; return how many, and sums of what they hold.

    The floats are quarters, which add up exactly in any order below 2**26 annotations.
    """
    names, boxes = [], []
    for position in positions:
        one = data[position]
        left, top, width, height = one["box"]
        names.append((one["image"], one["title"], one["class"]))
        boxes.append((left, top, left + width, top + height, one["number"]))
    letters = sum(len(image) + len(title) for image, title, _ in names)
    return len(boxes), letters, sum(map(sum, boxes), 0.0)


def expected(size, job):
    """Return the sums over all annotations."""
    return expected_items(size, range(size))


def expected_items(size, positions):
    """Return the sums, computed from the positions."""
    number = letters = 0
    total = 0.0
    for position in positions:
        number += 1
        digits = len(str(position))
        letters += len("images/.jpg") + 10 + len("object  of class ") + digits
        letters += len(str(position % CLASSES))
        total += 2 * (position / 2 + position / 4) + position % 640 + position % 480 + position
    return number, letters, total
