"""The claims, and what they are compared with."""

import json
import zlib

from workshop import IAT, NONCE, NOW, PRODUCT, claims, refused, token


def payloads():
    def signed(name, payload, code, **more):
        refused(name, token(payload), code, **more)

    for name, payload in [
        ("an array", [claims()]),
        ("a string", json.dumps(json.dumps(claims()))),
        ("null", "null"),
        ("a number", "1"),
        ("false", "false"),
    ]:
        signed(f"payload is {name}", payload, "payload_not_object")
    text = json.dumps(claims())
    for name, payload in [
        ("is cut off", text[:-1]),
        ("has text after it", text + "x"),
        ("has a second object after it", text + text),
        ("has a byte order mark", b"\xef\xbb\xbf" + text.encode()),
        ("is invalid UTF-8", text.replace("0c7a", "\u00e9").encode("latin-1")),
        ("has an overlong encoding", text.encode().replace(b"0c7a", b"\xc1\xa1")),
        ("has half a surrogate pair", text.replace("0c7a", "\\udc00")),
        ("has a comment", text.replace("{", "{/**/", 1)),
        ("has a trailing comma", text.replace("}", ",}")),
        ("has Infinity", text.replace(str(IAT), "Infinity")),
        ("has a number with a leading zero", text.replace('"publicKeyVersion": 1', '"publicKeyVersion": 01')),
        ("has a number with a plus sign", text.replace('"publicKeyVersion": 1', '"publicKeyVersion": +1')),
        ("has a hexadecimal number", text.replace('"publicKeyVersion": 1', '"publicKeyVersion": 0x1')),
        ("nests 33 deep", '{"a":' * 33 + "1" + "}" * 33),
        ("nests 2500 deep", '{"a":' + "[" * 2500 + "]" * 2500 + "}"),
        ("is compressed", zlib.compress(text.encode())),
        ("has a raw NUL in a string", text.encode().replace(b"0c7a", b"\0")),
    ]:
        signed(f"payload {name}", payload, "payload_not_json")

    def twice(name, first, second):
        signed(f"{name} twice", "{" + first + "," + second + "," + text[1:], "payload_duplicate_name")

    twice("productCode", '"x":1', f'"productCode":"{PRODUCT}"')
    twice("publicKeyVersion", '"x":1', '"publicKeyVersion":2')
    twice("nonce", '"nonce":null', '"x":1')
    twice("an unknown claim", '"x":1', '"x":1')
    twice("productCode, once escaped,", '"x":1', f'"product\\u0043ode":"{PRODUCT}"')
    twice("a name inside a claim", '"x":{"y":1,"y":2}', '"z":1')

    signed("claims in both spellings", claims(ProductCode=PRODUCT), "claim_styles_mixed")
    signed("claims in both spellings, disagreeing", claims(ProductCode="another"), "claim_styles_mixed")
    signed(
        "claims in mixed spelling",
        {"productCode": PRODUCT, "PublicKeyVersion": 1, "nonce": NONCE},
        "claim_styles_mixed",
    )
    signed(
        "one PascalCase claim among camelCase", claims(PublicKeyRotationTimestamp=None), "claim_styles_mixed"
    )
    signed("both spellings of the nonce", claims(Nonce=NONCE), "claim_styles_mixed")

    signed("no claims", {}, "claim_missing")
    signed("productCode absent", claims(productCode=...), "claim_missing")
    signed(
        "productcode in lower case",
        {"productcode" if k == "productCode" else k: v for k, v in claims().items()},
        "claim_missing",
    )
    signed(
        "product_code with an underscore",
        {"product_code" if k == "productCode" else k: v for k, v in claims().items()},
        "claim_missing",
    )
    signed(
        "productCode with a Cyrillic o in its name",
        {"pr\u043eductCode" if k == "productCode" else k: v for k, v in claims().items()},
        "claim_missing",
    )
    signed("publicKeyVersion absent", claims(publicKeyVersion=...), "claim_missing")
    for value in [None, 1, True, [PRODUCT], {"code": PRODUCT}]:
        signed(f"productCode as {type(value).__name__}", claims(productCode=value), "claim_type")
    for value in ["1", None, True, [1], {"v": 1}]:
        signed(f"publicKeyVersion as {type(value).__name__}", claims(publicKeyVersion=value), "claim_type")
    for version in [
        "0",
        "-1",
        "-0",
        "1.0",
        "1.5",
        "1e0",
        "1E0",
        "10e-1",
        "4294967296",
        "4294967297",
        "18446744073709551617",
        "9" * 400,
    ]:
        shown = version if len(version) < 30 else f"of {len(version)} digits"
        signed(
            f"publicKeyVersion {shown}",
            text.replace('"publicKeyVersion": 1', f'"publicKeyVersion": {version}'),
            "claim_value",
        )
    for value in [0, True, [NONCE], {"nonce": NONCE}]:
        signed(f"nonce as {type(value).__name__}", claims(nonce=value), "claim_type")
        signed(f"nonce as {type(value).__name__}, none sent", claims(nonce=value), "claim_type", nonce=None)
    for name in ["iat", "exp", "nbf"]:
        for value in [str(IAT), None, True, [IAT]]:
            signed(f"{name} as {type(value).__name__}", claims(**{name: value}), "claim_type")
        for value in [
            "1795256995.0",
            "1795256995.5",
            "1.795256995e9",
            "-1",
            "-0",
            "253402300800",
            "1795256995000",
            "9" * 400,
        ]:
            shown = value if len(value) < 30 else f"of {len(value)} digits"
            body = json.dumps(claims(**{name: 7777})).replace("7777", value)
            signed(f"{name} {shown}", body, "claim_value")


def expectations():
    def signed(name, payload, code, **more):
        refused(name, token(payload), code, **more)

    for name, value in [
        ("another", "meterproofsample000000002"),
        ("in capitals", PRODUCT.upper()),
        ("with a space after it", PRODUCT + " "),
        ("cut", PRODUCT[:-1]),
        ("longer", PRODUCT + "0"),
        ("empty", ""),
        ("with a Cyrillic e", PRODUCT.replace("e", "\u0435", 1)),
        ("with a zero-width joiner", PRODUCT + "\u200d"),
        ("with a NUL after it", PRODUCT + "\0"),
    ]:
        signed(f"product code {name}", claims(productCode=value), "product_code_mismatch")
    for name, value in [
        ("another", NONCE[:-1] + "8"),
        ("in capitals", NONCE.upper()),
        ("with a space after it", NONCE + " "),
        ("cut", NONCE[:-1]),
        ("of 256 characters", "n" * 256),
    ]:
        signed(f"nonce {name}", claims(nonce=value), "nonce_mismatch")
    signed(
        "nonce decomposed where composed was sent", claims(nonce="e\u0301"), "nonce_mismatch", nonce="\u00e9"
    )
    signed("nonce absent where one was sent", claims(nonce=...), "nonce_missing")
    signed("nonce null where one was sent", claims(nonce=None), "nonce_missing")
    signed("nonce empty where one was sent", claims(nonce=""), "nonce_missing")
    signed("nonce present where none was sent", claims(), "nonce_unexpected", nonce=None)
    signed("iat one second beyond the leeway", claims(iat=NOW + 61), "issued_in_future")
    signed("iat in a year", claims(iat=NOW + 31536000), "issued_in_future")
    signed("iat one second ahead without leeway", claims(iat=NOW + 1), "issued_in_future", leewaySeconds=0)
    signed("exp now", claims(exp=NOW), "expired")
    signed("exp an hour ago", claims(exp=NOW - 3600), "expired")
    signed("exp 0", claims(exp=0), "expired")
    signed("nbf beyond the leeway", claims(nbf=NOW + 61), "not_yet_valid")

    two = {"1": "rsa3072", "2": "rsa3072-second"}
    refused(
        "version that is not in the key set",
        token(claims(publicKeyVersion=3)),
        "key_version_unknown",
        keys=two,
        evidenceAt="key",
        evidence="it does verify under the key of version 1",
    )
    refused(
        "version that is not in the key set, by another's key",
        token(claims(publicKeyVersion=3), key="rsa3072-attacker"),
        "key_version_unknown",
        keys=two,
    )
    refused(
        "version 2 named, signed with the key of version 1",
        token(claims(publicKeyVersion=2)),
        "signature_invalid",
        keys=two,
        evidence="it does verify under the key of version 1",
    )
