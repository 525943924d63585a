"""Makes ../../tokens/crafted.json: tokens by Python `cryptography`, most of them hostile."""

import json
import pathlib

from good_cases import good_tokens, wrappers
from header_cases import headers
from keys import KEYS, public_pem
from payload_cases import expectations, payloads
from segment_cases import encodings, segments
from signature_cases import signatures
from workshop import CASES

OUT = pathlib.Path(__file__).parents[2] / "tokens" / "crafted.json"


def main():
    good_tokens()
    wrappers()
    segments()
    encodings()
    headers()
    payloads()
    expectations()
    signatures()
    document = {"keys": {name: public_pem(name) for name in KEYS}, "cases": CASES}
    OUT.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
    hostile = sum("code" in known["expect"] for known in CASES)
    print(f"{len(CASES)} cases, {hostile} of them hostile, in {OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
