"""Reads documents of OpenAPI for the scripts in the folders beside this file. It needs PyYAML."""
import json

import yaml


class Loader(yaml.SafeLoader):
    """YAML as JSON has it: dates stay texts."""


Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for key, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path):
    """The document in a file of JSON or YAML."""
    with open(path, encoding="utf-8") as file:
        return json.load(file) if path.endswith(".json") else texts(yaml.load(file, Loader))


def texts(value):
    """The same with text for keys."""
    if isinstance(value, dict):
        return {str(key): texts(inner) for key, inner in value.items()}
    return [texts(inner) for inner in value] if isinstance(value, list) else value
