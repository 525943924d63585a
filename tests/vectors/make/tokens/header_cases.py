"""The JOSE header."""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes

from keys import KEYS, public_pem
from workshop import HEADER, b64, claims, refused, rs256, signing_input, token


def headers():
    def signed(name, header, code, **more):
        refused(name, token(header=header), code, **more)

    none = signing_input('{"alg":"none","typ":"JWT"}', claims())
    refused("alg none without a signature", none + ".", "segment_empty")
    refused("alg none with a signature of one byte", none + ".AA", "algorithm_not_ps256")
    for alg in [
        "none",
        "None",
        "ps256",
        "Ps256",
        "PS256 ",
        " PS256",
        "PS256\0",
        "RS256",
        "PS384",
        "PS512",
        "HS256",
        "ES256",
        "EdDSA",
        "",
        "\uff30\uff33256",
        "PS\u0662\u0665\u0666",
    ]:
        signed(f"alg {json.dumps(alg)}, signed with PS256", {"alg": alg, "typ": "JWT"}, "algorithm_not_ps256")
    for alg in [None, 256, True, ["PS256"], {"PS256": 1}]:
        signed(f"alg as JSON {json.dumps(alg)}", {"alg": alg, "typ": "JWT"}, "algorithm_not_ps256")
    signed("alg absent", '{"typ":"JWT"}', "algorithm_not_ps256")
    signed("alg in capitals", '{"ALG":"PS256"}', "algorithm_not_ps256")
    signed("header empty", "{}", "algorithm_not_ps256")

    def hs256(secret):
        return lambda _key, message: hmac.new(secret, message.encode(), hashlib.sha256).digest()

    pem = public_pem("rsa3072").encode()
    refused(
        "HS256 with the public key as the secret",
        token(header={"alg": "HS256", "typ": "JWT"}, sign=hs256(pem)),
        "algorithm_not_ps256",
    )
    refused(
        "alg PS256, an HMAC with the public key as the secret",
        token(sign=hs256(pem)),
        "signature_invalid",
        evidence="a signature of 32 bytes, where those of the key of version 1 have 384",
    )
    refused("RS256, well signed", token(header={"alg": "RS256"}, sign=rs256), "algorithm_not_ps256")
    refused(
        "PS384, well signed",
        token(header={"alg": "PS384"}, salt=48, mgf=hashes.SHA384, digest=hashes.SHA384),
        "algorithm_not_ps256",
    )

    signed("alg twice, PS256 last", '{"alg":"none","alg":"PS256"}', "header_duplicate_name")
    signed("alg twice, PS256 first", '{"alg":"PS256","alg":"none"}', "header_duplicate_name")
    signed("alg twice and equal", '{"alg":"PS256","alg":"PS256"}', "header_duplicate_name")
    signed("alg twice, once escaped", '{"alg":"PS256","\\u0061lg":"none"}', "header_duplicate_name")
    signed("an ignored member twice", '{"alg":"PS256","kid":"1","kid":"1"}', "header_duplicate_name")
    signed("a name twice inside a member", '{"alg":"PS256","jwk":{"n":"1","n":"2"}}', "header_duplicate_name")

    for typ in ["jwt", "JWT ", "at+jwt", "JOSE", "", None, 1, ["JWT"]]:
        signed(f"typ {json.dumps(typ)}", {"alg": "PS256", "typ": typ}, "type_not_jwt")
    signed("crit empty", {"alg": "PS256", "typ": "JWT", "crit": []}, "critical_header")
    signed("crit with exp", {"alg": "PS256", "typ": "JWT", "crit": ["exp"], "exp": 1}, "critical_header")
    signed("crit null", {"alg": "PS256", "typ": "JWT", "crit": None}, "critical_header")
    signed("crit with b64", {"alg": "PS256", "typ": "JWT", "crit": ["b64"], "b64": True}, "critical_header")
    signed("b64 false", {"alg": "PS256", "typ": "JWT", "b64": False}, "unencoded_payload")
    signed("b64 true", {"alg": "PS256", "typ": "JWT", "b64": True}, "unencoded_payload")

    for name, header in [
        ("an array", '["PS256"]'),
        ("a string", '"PS256"'),
        ("null", "null"),
        ("a number", "256"),
        ("true", "true"),
    ]:
        signed(f"header is {name}", header, "header_not_object")
    for name, header in [
        ("is cut off", '{"alg":"PS256"'),
        ("has text after it", HEADER + "{}"),
        ("has a byte order mark", b"\xef\xbb\xbf" + HEADER.encode()),
        ("is invalid UTF-8", b'{"alg":"PS256","kid":"\xc3\x28"}'),
        ("has an overlong encoding", b'{"alg":"PS256","kid":"\xc0\xaf"}'),
        ("has a surrogate in UTF-8", b'{"alg":"PS256","kid":"\xed\xa0\x80"}'),
        ("has half a surrogate pair", '{"alg":"PS256","kid":"\\ud800"}'),
        ("has single quotes", "{'alg':'PS256'}"),
        ("has a comment", '{"alg":"PS256"/**/}'),
        ("has a trailing comma", '{"alg":"PS256",}'),
        ("has NaN", '{"alg":"PS256","x":NaN}'),
        ("has a raw line feed in a string", '{"alg":"PS256","kid":"\n"}'),
        ("has a no-break space between", '{"alg":\u00a0"PS256"}'),
        ("nests 33 deep", '{"alg":"PS256","x":' + "[" * 32 + "]" * 32 + "}"),
        ("nests 3000 deep", '{"alg":"PS256","x":' + "[" * 3000 + "]" * 3000 + "}"),
        ("is UTF-16", HEADER.encode("utf-16-le")),
        ("is white space", "  "),
    ]:
        signed(f"header {name}", header, "header_not_json")

    public = KEYS["rsa3072-attacker"].public_key().public_numbers()
    jwk = {"kty": "RSA", "e": "AQAB", "n": b64(public.n.to_bytes(384, "big"))}
    refused(
        "attacker's key in the header",
        token(header={"alg": "PS256", "jwk": jwk}, key="rsa3072-attacker"),
        "signature_invalid",
    )
    refused(
        "attacker's key in x5c",
        token(header={"alg": "PS256", "x5c": ["MIIB"]}, key="rsa3072-attacker"),
        "signature_invalid",
    )
