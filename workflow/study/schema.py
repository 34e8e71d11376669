"""Check the configuration by its schema, and say what is wrong in the words of its writer."""

from typing import TypeGuard

import jsonschema
import yaml
from jsonschema.exceptions import ValidationError

from study.layers import ROOT
from study.mistake import ConfigError, in_one_line, nearest, shortened
from study.types import Config, KeyPath

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


def check_schema(config: object) -> Config:
    """Return the configuration; raises `ConfigError` for the first mistake in it."""
    validator = jsonschema.Draft202012Validator(yaml.safe_load(SCHEMA.read_text(encoding="utf-8")))
    if is_accepted(config, validator):
        return config
    # The deepest error says most: "is not valid under any of the given schemas" says nothing.
    raise mistake_of(jsonschema.exceptions.best_match(validator.iter_errors(config)))


def is_accepted(config: object, validator: jsonschema.Draft202012Validator) -> TypeGuard[Config]:
    """Return whether the schema finds no mistake: then `config` is what `Config` says."""
    return validator.is_valid(config)


def mistake_of(error: ValidationError) -> ConfigError:
    """Return what the schema found, in the words of the configuration's writer."""
    path: KeyPath = tuple(error.absolute_path)
    value, limit, schema = (vars(error)[part] for part in ("instance", "validator_value", "schema"))
    if error.validator == "additionalProperties":
        accepted = schema["properties"]
        unknown = next(name for name in value if name not in accepted)
        return ConfigError((*path, unknown), f"there is no such key{nearest(unknown, accepted)}")
    if error.validator == "required":
        missing = next(name for name in limit if name not in value)
        return ConfigError(path, f"the key {missing!r} is missing")
    if "propertyNames" in error.absolute_schema_path and error.validator != "enum":
        path = (*path, value)  # the name itself is the mistake
    description = schema.get("description", "")
    return ConfigError(path, f"{complaint(error)}{'. ' if description else ''}{description}")


def complaint(error: ValidationError) -> str:
    """Return the schema's complaint about a value."""
    value, limit = written(error.instance), vars(error)["validator_value"]
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


def hint(error: ValidationError) -> str:
    """Return what a value of the wrong kind was probably meant to be."""
    value, wanted = error.instance, vars(error)["validator_value"]
    if wanted == "integer" and isinstance(value, str) and value.strip().isdecimal():
        return ", but a text: write it without quotes and without a zero at its beginning"
    if wanted == "array" and isinstance(value, int | str) and not isinstance(value, bool):
        return f": write [{shortened(value)}]"
    if "string" in wanted and isinstance(value, int | float):
        return ": put it in quotes"
    return ""


def written(value: object) -> str:
    """Return a value as it would stand in the file, in one line."""
    if isinstance(value, str) and "\n" in value:
        return shortened(repr(value))
    text = yaml.safe_dump(value, default_flow_style=True, width=1000, allow_unicode=True)
    return shortened(in_one_line(text.removesuffix("\n").removesuffix("\n...")))
