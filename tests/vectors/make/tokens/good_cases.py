"""Tokens that verify, and the response around a token."""

import base64
import json

from workshop import IAT, NONCE, NOW, PRODUCT, b64, claims, refused, token, verified


def good_tokens():
    for key in ["rsa2048", "rsa2049", "rsa3072", "rsa4096"]:
        verified(f"valid {key}", token(key=key), keys={"1": key})
    verified("valid without iat", token(claims(iat=...)), issued_at=None)
    verified("valid without typ", token(header='{"alg":"PS256"}'))
    verified("valid with typ before alg", token(header='{"typ":"JWT","alg":"PS256"}'))
    verified("valid with an escaped alg", token(header='{"\\u0061lg":"PS25\\u0036","typ":"JWT"}'))
    spaced = json.dumps(claims(), indent=2).replace("\n", "\r\n\t")
    verified("valid with white space inside the JSON", token(spaced, header=' { "alg" : "PS256" } \n'))
    verified(
        "valid with kid, jku and x5u, all ignored",
        token(
            header=json.dumps(
                {
                    "alg": "PS256",
                    "typ": "JWT",
                    "kid": "../../../dev/null",
                    "jku": "https://attacker.example/keys",
                    "x5u": "https://attacker.example/cert",
                }
            )
        ),
    )
    verified("valid with unknown claims", token(claims(iss="x", aud=["y"], extra={"a": [1, None]})))
    for spelling, nonce in [("absent", ...), ("null", None), ("empty", "")]:
        verified(f"valid without a nonce, {spelling}", token(claims(nonce=nonce)), nonce=None)
    wide = "\U0001f511" * 255
    verified("valid with a nonce of 255 characters outside the BMP", token(claims(nonce=wide)), nonce=wide)
    verified("valid with iat at the leeway", token(claims(iat=NOW + 60)), issued_at=NOW + 60)
    verified("valid with iat 0", token(claims(iat=0)), issued_at=0)
    verified(
        "valid with a leeway of 600 s", token(claims(iat=NOW + 600)), issued_at=NOW + 600, leewaySeconds=600
    )
    verified("valid one second before exp", token(claims(exp=NOW + 1)))
    verified("valid at nbf", token(claims(nbf=NOW)))
    pascal = {
        "ProductCode": PRODUCT,
        "PublicKeyVersion": 1,
        "Nonce": NONCE,
        "PublicKeyRotationTimestamp": None,
    }
    verified("valid in PascalCase", token(pascal), issued_at=None, style="PascalCase")
    verified("valid in PascalCase with iat", token(pascal | {"iat": IAT}), style="PascalCase")
    verified(
        "valid with a product code of 255 characters", token(claims(productCode="p" * 255)), product="p" * 255
    )
    rotated = {"1": "rsa3072", "2": "rsa3072-second"}
    verified("valid version 1 of two", token(), keys=rotated)
    verified(
        "valid version 2 of two",
        token(claims(publicKeyVersion=2), key="rsa3072-second"),
        version=2,
        keys=rotated,
    )
    verified(
        "valid with the largest version",
        token(claims(publicKeyVersion=4294967295)),
        version=4294967295,
        keys={"4294967295": "rsa3072"},
    )
    at = NOW - 86400
    verified("valid with a rotation timestamp", token(claims(publicKeyRotationTimestamp=at)), rotation=at)
    verified("valid with a rotation timestamp of null", token(claims(publicKeyRotationTimestamp=None)))
    verified(
        "valid with an unreadable rotation timestamp", token(claims(publicKeyRotationTimestamp={"at": 1}))
    )
    while True:
        zero = token(key="rsa2048")
        if base64.urlsafe_b64decode(zero.split(".")[2] + "==")[0] == 0:
            break
    verified("valid with a signature that begins with a zero byte", zero, keys={"1": "rsa2048"})
    head, body, signature = zero.split(".")
    stripped = b64(base64.urlsafe_b64decode(signature + "==").lstrip(b"\0"))
    refused(
        "signature without its leading zero byte",
        f"{head}.{body}.{stripped}",
        "signature_invalid",
        keys={"1": "rsa2048"},
        evidence="with the zero bytes before it that are missing",
    )
    good = token()
    verified("valid at the length limit", good, maxTokenLength=len(good))
    refused("one byte over the length limit", good, "token_too_long", maxTokenLength=len(good) - 1)


def wrappers():
    good = token()
    verified("valid in a response", json.dumps({"PublicKeyRotationTimestamp": None, "Signature": good}))
    verified("valid in a response without a rotation timestamp", json.dumps({"Signature": good}))
    spaced = "\r\n\t " + json.dumps({"Signature": good}, indent=4) + "\n\n"
    verified("valid in a response with white space around", spaced)
    verified(
        "valid in a response with rotation in seconds",
        json.dumps({"Signature": good, "PublicKeyRotationTimestamp": NOW - 60.5}),
        rotation=NOW - 60.5,
    )
    verified(
        "valid in a response with rotation in ISO 8601",
        json.dumps({"Signature": good, "PublicKeyRotationTimestamp": "2026-11-21T12:29:00+02:00"}),
        rotation=NOW - 60,
    )
    verified(
        "valid in a response of boto3",
        json.dumps({"Signature": good, "ResponseMetadata": {"RequestId": "x", "HTTPStatusCode": 200}}),
    )
    verified("valid in a response with escapes", json.dumps({"Signature": good}).replace("eyJ", "\\u0065yJ"))
    rotated = token(claims(publicKeyRotationTimestamp=NOW - 10))
    verified(
        "the token's rotation timestamp before the response's",
        json.dumps({"Signature": rotated, "PublicKeyRotationTimestamp": NOW - 20}),
        rotation=NOW - 10,
    )
    refused("response without Signature", '{"PublicKeyRotationTimestamp":null}', "wrapper_without_signature")
    refused("response with Signature null", '{"Signature":null}', "wrapper_without_signature")
    refused(
        "response with Signature an array", json.dumps({"Signature": [good]}), "wrapper_without_signature"
    )
    refused(
        "response with signature in lower case", json.dumps({"signature": good}), "wrapper_without_signature"
    )
    refused("response with Signature empty", '{"Signature":""}', "segment_count")
    refused(
        "response with Signature twice",
        f'{{"Signature":"{good}","Signature":"{good}"}}',
        "wrapper_duplicate_name",
    )
    refused(
        "response with Signature twice, once escaped",
        f'{{"Signature":"{good}","\\u0053ignature":"x"}}',
        "wrapper_duplicate_name",
    )
    refused(
        "response with another member twice",
        f'{{"Signature":"{good}","a":1,"a":1}}',
        "wrapper_duplicate_name",
    )
    refused("response that is cut off", json.dumps({"Signature": good})[:-2], "wrapper_not_json")
    refused("response followed by text", json.dumps({"Signature": good}) + "x", "wrapper_not_json")
    refused("response with single quotes", f"{{'Signature':'{good}'}}", "wrapper_not_json")
    refused("response with a trailing comma", f'{{"Signature":"{good}",}}', "wrapper_not_json")
    refused(
        "response with a byte order mark",
        b"\xef\xbb\xbf" + json.dumps({"Signature": good}).encode(),
        "wrapper_not_json",
    )
    refused("response nested too deep", '{"a":' * 40 + "1" + "}" * 40, "wrapper_not_json")
    refused("response in invalid UTF-8", b'{"Signature":"\xff"}', "wrapper_not_json")
    refused(
        "response in a response",
        json.dumps({"Signature": json.dumps({"Signature": good})}),
        "base64url_alphabet",
    )
    refused(
        "response with white space inside Signature",
        json.dumps({"Signature": good + "\n"}),
        "base64url_whitespace",
    )
    refused("response in an array", json.dumps([{"Signature": good}]), "base64url_alphabet")
    refused(
        "error response in place of a token",
        '{"__type":"CustomerNotEntitledException"}',
        "wrapper_without_signature",
    )
    refused("token in quotation marks", f'"{good}"', "base64url_alphabet")
