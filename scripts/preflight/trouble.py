"""What is wrong with a workload, by what it answered: a kind, and a sentence with a remedy.

A kind decides what the report may still recommend; a sentence is for the user.
"""

# Kinds with which nobody knows whose answers are right.
WITHOUT_ANSWERS = (
    "iterator", "used_up", "in_place", "draws", "not_repeatable", "unseeded", "order",
    "address_order", "hash_order", "new_seeds", "incomparable", "unexpected",
)  # fmt: skip
BY_ADDRESS = "a set in the order of addresses"  # of objects that do not say how they are hashed
READ_ON = ("an open file", "a generator", "a connection", "a database connection")
SENTENCES = {
    "iterator": "build() returns an iterator ({what}): the first job uses it up, and every worker "
    "that inherits it has one of its own. Return a list.",
    "used_up": "Asked twice, job {job} gives another answer: the data hold {what}, which a job "
    "reads on. Open it in process(), or read all of it in build().",
    "in_place": "Asked twice, job {job} gives another answer, and the data are others than before: "
    "process() changes them in place, which is seen by other jobs of the same worker and by no "
    "other worker. Let it change a copy.",
    "draws": "Asked twice, job {job} gives another answer: process() draws from the module "
    "{what}, whose state all forked workers inherit, so that they draw the same numbers. Make a "
    "generator in the job, seeded by its number.",
    "not_repeatable": "Asked twice, job {job} gives another answer, though no change of the data "
    "was found: process() is random, or keeps something between jobs. Seed it by the number of "
    "the job.",
    "unseeded": "Two builds give different data, and job {job} another answer: build() is random "
    "or reads something that changes. Seed it.",
    "address_order": "Job {job} gives another answer in another process: it depends on the order "
    "of a set of objects that are hashed by their addresses, which no seed holds. Sort what comes "
    "out of a set, or give their class __hash__ and __eq__.",
    "new_seeds": "Job {job} gives another answer in another process, each of which draws its own "
    "hash seed here (the interpreter's command leaves PYTHONHASHSEED out): it depends on the order "
    "of a set or on hash(), or something is random. Sort what comes out of a set; seed the rest.",
    "order": "Job {job} answers otherwise when the jobs are asked in another order: process() "
    "changes something that a later job reads.",
    "hash_order": "Under another hash seed job {job} gives another answer: it depends on the order "
    "of a set, or on hash(). Python draws that seed anew at every start. Sort what comes out of a "
    "set.",
    "stuck": "What process() returns does not arrive in another process: {what}. A pool that waits "
    "for it may wait for ever. Return something simpler, or give its class a __reduce__.",
    "unexpected": "A job does not answer what expected(size, job) says: {what}.",
    "incomparable": "{what}.",
}


def troubles_of(forward, backward, reseeded):
    """Return the troubles as a list of dicts with `kind` and `text`, the gravest first.

    The three are the messages of the processes (`preflight/asked`); the last had another hash seed.
    """
    found = []
    if forward["incomparable"]:
        return [trouble("incomparable", what=forward["incomparable"])]
    other = differing(forward["answers"], backward["answers"])
    if forward["otherwise"] is not None:
        found.append(asked_twice(forward))
    elif forward["iterator"]:
        found.append(trouble("iterator", what="it has `__next__`"))
    elif other is not None:
        found.append(trouble(why_otherwise(forward, backward, reseeded, other), job=other))
    elif (job := differing(forward["answers"], reseeded["answers"])) is not None:
        found.append(trouble("hash_order", job=job))
    if forward["stuck"]:
        found.append(trouble("stuck", what=forward["stuck"]))
    if forward["unexpected"]:
        found.append(trouble("unexpected", what=forward["unexpected"]))
    return found


def why_otherwise(forward, backward, reseeded, job):
    """Return the kind of trouble with a job that the process `backward` answers otherwise.

    It had the same hash seed, if the interpreter heeds that, and the same data unless build()
    is random; `reseeded` had the same order of jobs.
    """
    if forward["text_hash"] != backward["text_hash"]:
        return "new_seeds"
    if forward["pickle"] is not None and forward["pickle"] == backward["pickle"]:
        in_order = reseeded["answers"].get(job) == forward["answers"][job]
        return "order" if in_order else "address_order"
    return "address_order" if BY_ADDRESS in forward["holds"] else "unseeded"


def asked_twice(forward):
    """Return the trouble of a job that gave another answer when it was asked again."""
    job = forward["otherwise"]
    holds = [one for one in forward["holds"] if one in READ_ON]
    if forward["iterator"] and "an open file" not in holds:  # which is one as well
        return trouble("iterator", what="it has `__next__`")
    if holds:
        return trouble("used_up", job=job, what=" and ".join(holds))
    if forward["changed"]:
        return trouble("in_place", job=job)
    if forward["draws"]:
        return trouble("draws", job=job, what=" and ".join(forward["draws"]))
    return trouble("not_repeatable", job=job)


def differing(some, others):
    """Return the first job that both answered, and not alike; None if there is none."""
    return next((job for job in some if job in others and some[job] != others[job]), None)


def trouble(kind, **words):
    """Return a trouble of a kind, its sentence filled in."""
    return {"kind": kind, "text": SENTENCES[kind].format(**words)}
