"""Writes first inputs for the fuzz targets from the stored vectors, into corpus/<target>/.

Run it once before fuzzing: python3 fuzz/seeds.py
"""

import base64
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
TESTS = HERE.parent / "tests"
F4 = (65_537).to_bytes(8, "big")


def write(target, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def tokens():
    case_number = 0
    keys = []
    for name in ("crafted.json", "jose.json"):
        vectors = json.loads((TESTS / "vectors/tokens" / name).read_text())
        keys += vectors["keys"].values()
        for case in vectors["cases"]:
            token = case["token"].encode() if "token" in case else base64.b64decode(case["tokenBase64"])
            if len(token) < 8192:
                write("token", case_number.to_bytes(2, "big") + token)
            case_number += 1
    for key in keys:
        write("token", b"\xff\xff" + key.encode())
        body = "".join(line for line in key.splitlines() if not line.startswith("-"))
        der = base64.b64decode(body)
        write("token", b"\xff\xff" + der)


def documents():
    for case in json.loads((TESTS / "vectors/usage.json").read_text())["cases"]:
        document = case["document"]
        if isinstance(document, list):
            document = "".join(
                piece if isinstance(piece, str)
                else "".join(piece[0].replace("§", str(at)) for at in range(piece[1]))
                for piece in document
            )
        text = document.encode()
        if len(text) < 8192:
            rules = {"current": 0, "2024": 1, "2019": 2}.get(case.get("rules", "current"), 0)
            write("usage", bytes([rules]) + text)
            write("usage", bytes([rules + 6]) + text)
            write("json", text)


def powers():
    modulus = b""
    for line in (TESTS / "tests/paths/hard.txt").read_text().splitlines():
        kind, *numbers = line.split(" ")
        if kind == "modulus":
            modulus = bytes.fromhex(numbers[0])
        elif kind in ("root", "result"):
            base = int(numbers[0], 16).to_bytes(len(modulus), "big")
            bits = int.from_bytes(modulus, "big").bit_length()
            head = (bits - 2048).to_bytes(2, "big") + b"\1" + F4
            write("public_operation", head + modulus + base)
    for bits in (2048, 2111, 3072, 4096):
        length = (bits + 7) // 8
        for exponent in (3, 2**33 + 1, 2**64 - 1):
            head = (bits - 2048).to_bytes(2, "big") + b"\0" + exponent.to_bytes(8, "big")
            write("public_operation", head + b"\xff" * length + b"\x7f" * length)


tokens()
documents()
powers()
for folder in sorted((HERE / "corpus").iterdir()):
    print(f"{folder.name}: {len(list(folder.iterdir()))} inputs")
