"""Check the configuration by its schema, and say what is wrong in the words of its writer."""

import jsonschema
import yaml

from study.layers import ROOT
from study.mistake import ConfigError, in_one_line, nearest, shortened

SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
WORDS_FOR_TYPES = {
    "array": "list",
    "object": "section with keys",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "string": "text",
    "null": "null",
}


def check_schema(config):
    """Raise `ConfigError` for the first mistake that the schema finds."""
    validator = jsonschema.Draft202012Validator(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    # The deepest error says most: "is not valid under any of the given schemas" says nothing.
    error = jsonschema.exceptions.best_match(validator.iter_errors(config))
    if error is None:
        return
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        accepted = error.schema["properties"]
        unknown = next(name for name in error.instance if name not in accepted)
        raise ConfigError((*path, unknown), f"there is no such key{nearest(unknown, accepted)}")
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        raise ConfigError(path, f"the key {missing!r} is missing")
    if "propertyNames" in error.absolute_schema_path and error.validator != "enum":
        path = (*path, error.instance)  # the name itself is the mistake
    description = error.schema.get("description", "")
    raise ConfigError(path, f"{complaint(error)}{'. ' if description else ''}{description}")


def complaint(error):
    """Return the schema's complaint about a value."""
    value, limit = written(error.instance), error.validator_value
    match error.validator:
        case "type":
            kinds = [limit] if isinstance(limit, str) else limit
            words = " or ".join(WORDS_FOR_TYPES[kind] for kind in kinds)
            return f"{value} is no {words}{hint(error)}"
        case "enum":
            return f"{value} is none of {', '.join(map(str, limit))}"
        case "minimum":
            return f"{value} is less than {limit}"
        case "exclusiveMinimum":
            return f"{value} is not more than {limit}"
        case "maximum":
            return f"{value} is more than {limit}"
        case "maxLength":
            return f"{value} has more than {limit} characters"
        case "minLength" | "minItems" | "minProperties":
            return "it must not be empty"
        case "uniqueItems":
            return f"{value} holds a value twice"
        case "pattern":
            return f"{value} is not accepted"
        case _:
            return error.message.splitlines()[0][:200]


def hint(error):
    """Return what a value of the wrong kind was probably meant to be."""
    value, wanted = error.instance, error.validator_value
    if wanted == "integer" and isinstance(value, str) and value.strip().isdecimal():
        return ", but a text: write it without quotes and without a zero at its beginning"
    if wanted == "array" and isinstance(value, int | str) and not isinstance(value, bool):
        return f": write [{shortened(value)}]"
    if "string" in wanted and isinstance(value, int | float):
        return ": put it in quotes"
    return ""


def written(value):
    """Return a value as it would stand in the file, in one line."""
    if isinstance(value, str) and "\n" in value:
        return shortened(repr(value))
    text = yaml.safe_dump(value, default_flow_style=True, width=1000, allow_unicode=True)
    return shortened(in_one_line(text.removesuffix("\n").removesuffix("\n...")))
