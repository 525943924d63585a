"""Makes ../../tokens/crafted.json: tokens by Python `cryptography`, most of them hostile.

Keys are made afresh at each run and their private halves are forgotten.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import zlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import pss

OUT = pathlib.Path(__file__).parents[2] / "tokens" / "crafted.json"

NOW = 1795257000  # 2026-11-21T10:30:00Z
IAT = NOW - 5
PRODUCT = "meterproofsample000000001"
NONCE = "0c7a9a52-6a4e-4f0e-9c1b-3f5a86c1d2e7"
HEADER = '{"alg":"PS256","typ":"JWT"}'


def new_key(bits):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def small_modulus_key():
    """2048 bits, with room above the modulus for s + n."""
    while True:
        key = new_key(2048)
        if key.public_key().public_numbers().n >> 2040 < 0xC0:
            return key


KEYS = {
    "rsa2048": small_modulus_key(),
    "rsa2049": new_key(2049),
    "rsa3072": new_key(3072),
    "rsa3072-second": new_key(3072),
    "rsa3072-attacker": new_key(3072),
    "rsa4096": new_key(4096),
}


def public_pem(name):
    return (
        KEYS[name]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def as_bytes(part):
    if isinstance(part, bytes):
        return part
    return (part if isinstance(part, str) else json.dumps(part, separators=(",", ":"))).encode()


def claims(**changes):
    """The claims as issued; a change to `...` leaves the claim out."""
    all_claims = {"productCode": PRODUCT, "publicKeyVersion": 1, "nonce": NONCE, "iat": IAT}
    all_claims.update(changes)
    return {name: value for name, value in all_claims.items() if value is not ...}


def signing_input(header, payload):
    return b64(as_bytes(header)) + "." + b64(as_bytes(payload))


def ps256(key, message, salt=32, mgf=hashes.SHA256, digest=hashes.SHA256):
    scheme = padding.PSS(padding.MGF1(mgf()), salt)
    return KEYS[key].sign(message.encode(), scheme, digest())


def token(payload=None, header=HEADER, key="rsa3072", sign=ps256, **how):
    message = signing_input(header, claims() if payload is None else payload)
    return message + "." + b64(sign(key, message, **how))


def raw(key, message, salt=b"\x5a" * 32, **how):
    """A signature by way of pss.encode; the salt is varied until the encoding fits the modulus."""
    bits = KEYS[key].key_size
    while True:
        try:
            return pss.private_operation(KEYS[key], pss.encode(message.encode(), bits, salt, **how))
        except ValueError:
            salt = os.urandom(len(salt))


def numeric(value, key="rsa3072"):
    """A signature that is this number."""
    n = KEYS[key].public_key().public_numbers().n
    length = (n.bit_length() + 7) // 8
    return lambda _key, _message: value(n).to_bytes(length, "big")


CASES = []


def case(name, given, expect, *, keys=None, nonce=NONCE, now=NOW, product=PRODUCT, **more):
    assert name not in [known["name"] for known in CASES], name
    if isinstance(given, bytes):
        try:
            given = given.decode()
        except UnicodeDecodeError:
            pass
    field = "token" if isinstance(given, str) else "tokenBase64"
    text = given if isinstance(given, str) else base64.b64encode(given).decode()
    CASES.append(
        {
            "name": name,
            field: text,
            "productCode": product,
            "keys": keys or {"1": "rsa3072"},
            "nonce": nonce,
            "now": now,
            **more,
            "expect": expect,
        }
    )


def refused(name, given, code, **more):
    case(name, given, {"code": code}, **more)


def verified(name, given, *, version=1, nonce=NONCE, issued_at=IAT, rotation=None, style="camelCase", **more):
    registration = {
        "productCode": more.get("product", PRODUCT),
        "publicKeyVersion": version,
        "nonce": nonce,
        "issuedAt": issued_at,
        "publicKeyRotationTimestamp": rotation,
        "claimStyle": style,
    }
    case(name, given, {"registration": registration}, nonce=nonce, **more)


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
        evidence="a signature of 255 bytes, where this key's have 256",
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


def segments():
    good = token()
    head, body, signature = good.split(".")
    refused("nothing", "", "token_empty")
    refused("white space alone", " \n", "segment_count")
    refused("a word", "token", "segment_count")
    refused("dots alone", "..", "segment_empty")
    refused("two segments", f"{head}.{body}", "segment_count")
    refused("four segments", f"{good}.{signature}", "segment_count")
    refused("five segments, as in JWE", f"{head}.{body}.{signature}.{body}.{signature}", "segment_count")
    refused("a dot at the end", good + ".", "segment_count")
    refused("a dot at the start", "." + good, "segment_count")
    refused("empty header", f".{body}.{signature}", "segment_empty")
    refused("empty payload", f"{head}..{signature}", "segment_empty")
    refused("empty signature", f"{head}.{body}.", "segment_empty")
    refused("64 kibibytes", "A" * (1 << 16), "token_too_long")
    refused("16385 bytes", token(claims(extra="x" * 16384))[:16385], "token_too_long")
    refused("Bearer before the token", "Bearer " + good, "base64url_whitespace")


def encodings():
    good = token(key="rsa2048")
    keys = {"1": "rsa2048"}
    head, body, signature = good.split(".")
    refused("padded header", f"{head}=.{body}.{signature}", "base64url_padding", keys=keys)
    refused("padded payload", f"{head}.{body}=.{signature}", "base64url_padding", keys=keys)
    refused("padded signature", good + "==", "base64url_padding", keys=keys)
    refused("padding as %3D", good + "%3D%3D", "base64url_alphabet", keys=keys)
    for name, white in [
        ("line feed", "\n"),
        ("carriage return and line feed", "\r\n"),
        ("space", " "),
        ("tab", "\t"),
    ]:
        refused(f"{name} after the token", good + white, "base64url_whitespace", keys=keys)
        refused(f"{name} before the token", white + good, "base64url_whitespace", keys=keys)
        refused(f"{name} in the signature", good[:-9] + white + good[-9:], "base64url_whitespace", keys=keys)
    refused("no-break space after the token", good + "\u00a0", "base64url_alphabet", keys=keys)
    refused(
        "zero-width space in the signature", good[:-9] + "\u200b" + good[-9:], "base64url_alphabet", keys=keys
    )
    refused("NUL after the token", good + "\0", "base64url_alphabet", keys=keys)
    refused(
        "byte order mark before the token", b"\xef\xbb\xbf" + good.encode(), "base64url_alphabet", keys=keys
    )
    refused(
        "invalid UTF-8 in the signature",
        good.encode()[:-9] + b"\xff" + good.encode()[-9:],
        "base64url_alphabet",
        keys=keys,
    )
    refused("full-width letter in the header", "\uff45" + good[1:], "base64url_alphabet", keys=keys)
    while not set("-_") & set(signature):
        signature = token(key="rsa2048").split(".")[2]
    unsafe = signature.replace("-", "+").replace("_", "/")
    refused(
        "signature in the alphabet of plain base64",
        f"{head}.{body}.{unsafe}",
        "base64url_alphabet",
        keys=keys,
    )
    # 256 bytes end in a character with four bits to spare, of which 0001 encodes the same bytes.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = good[:-1] + alphabet[alphabet.index(good[-1]) + 1]
    refused("stray bits in the signature", stray, "base64url_stray_bits", keys=keys)
    header = b64(b'{"alg":"PS256","typ":"JWT"} ')
    stray = header[:-1] + alphabet[alphabet.index(header[-1]) + 1]
    message = f"{stray}.{body}"
    refused(
        "stray bits in the header, signed",
        f"{message}.{b64(ps256('rsa2048', message))}",
        "base64url_stray_bits",
        keys=keys,
    )
    payload = as_bytes(claims())
    payload += b" " * ((1 - len(payload)) % 3)
    text = b64(payload)
    message = f"{head}.{text[:-1]}{alphabet[alphabet.index(text[-1]) + 1]}"
    refused(
        "stray bits in the payload, signed",
        f"{message}.{b64(ps256('rsa2048', message))}",
        "base64url_stray_bits",
        keys=keys,
    )
    refused("one character too many", good + "AAA", "base64url_length", keys=keys)
    message = f"{head}=.{body}"
    refused(
        "padded header, signed", f"{message}.{b64(ps256('rsa2048', message))}", "base64url_padding", keys=keys
    )


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
        evidence="a signature of 32 bytes, where this key's have 384",
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


def rs256(key, message):
    return KEYS[key].sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())


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


def signatures():
    def bad(name, given, evidence=None, **more):
        if evidence:
            more["evidence"] = evidence
        refused(name, given, "signature_invalid", **more)

    none = "no PS256 signature of this key"
    bad("another key", token(key="rsa3072-attacker"))
    bad(
        "a key of another length", token(key="rsa2048"), "a signature of 256 bytes, where this key's have 384"
    )
    for salt in [0, 1, 20, 31, 33, 48, 64, padding.PSS.MAX_LENGTH]:
        name = "the longest salt" if salt is padding.PSS.MAX_LENGTH else f"a salt of {salt} bytes"
        length = 384 - 32 - 2 if salt is padding.PSS.MAX_LENGTH else salt
        bad(name, token(salt=salt), f"with a salt of {length} bytes, where PS256 has 32")
    bad("MGF1 with SHA-1", token(mgf=hashes.SHA1), none)
    bad("MGF1 with SHA-384", token(mgf=hashes.SHA384), none)
    bad("MGF1 with SHA-512", token(mgf=hashes.SHA512), none)
    bad("SHA-1 in place of SHA-256", token(digest=hashes.SHA1, mgf=hashes.SHA1, salt=20), none)
    bad("SHA-384 in place of SHA-256", token(digest=hashes.SHA384, mgf=hashes.SHA384, salt=48), none)
    bad("SHA-512 in place of SHA-256", token(digest=hashes.SHA512, mgf=hashes.SHA512, salt=64), none)
    bad("SHA-512 with MGF1 of SHA-256", token(digest=hashes.SHA512, salt=32), none)
    rs = "a signature of this key by RS256"
    bad("PKCS #1 v1.5 signature", token(sign=rs256), rs)
    bad("PKCS #1 v1.5 signature of 2049 bits", token(sign=rs256, key="rsa2049"), rs, keys={"1": "rsa2049"})
    for key in ["rsa2048", "rsa2049"]:
        verified(f"valid encoding by hand, {key}", token(sign=raw, key=key), keys={"1": key})
        for name, how in [
            ("trailer CC", {"trailer": 0xCC}),
            ("trailer 00", {"trailer": 0}),
            ("salt marker 00", {"marker": 0}),
            ("salt marker 02", {"marker": 2}),
            ("padding not zero", {"padding": b"\x01"}),
            ("padding not zero at its start", {"padding": b"\x40" + bytes(100)}),
        ]:
            bad(f"{name}, {key}", token(sign=raw, key=key, **how), keys={"1": key})
    bad("an unused bit set", token(sign=raw, key="rsa2048", top_bit=True), none, keys={"1": "rsa2048"})
    bad("signature 0", token(sign=numeric(lambda n: 0)), none)
    bad("signature 1", token(sign=numeric(lambda n: 1)), none)
    bad("signature n - 1", token(sign=numeric(lambda n: n - 1)), none)
    above = "a number that is not below the key's modulus"
    bad("signature n", token(sign=numeric(lambda n: n)), above)
    bad("signature n + 1", token(sign=numeric(lambda n: n + 1)), above)
    bad("signature of ones alone", token(sign=lambda key, message: b"\xff" * 384), above)

    def plus_n(key, message):
        n = KEYS[key].public_key().public_numbers().n
        while True:
            total = int.from_bytes(ps256(key, message), "big") + n
            if total < 1 << 2048:
                return total.to_bytes(256, "big")

    bad("signature s + n", token(sign=plus_n, key="rsa2048"), above, keys={"1": "rsa2048"})
    bad(
        "signature n - s",
        token(
            sign=lambda key, message: (
                KEYS[key].public_key().public_numbers().n - int.from_bytes(ps256(key, message), "big")
            ).to_bytes(384, "big")
        ),
        none,
    )
    length = "where this key's have 384"
    bad("signature cut by one byte", token(sign=lambda key, message: ps256(key, message)[:-1]), length)
    bad("signature cut to half", token(sign=lambda key, message: ps256(key, message)[:192]), length)
    bad("signature of one byte", token(sign=lambda key, message: b"\0"), length)
    bad(
        "signature with a zero byte before it",
        token(sign=lambda key, message: b"\0" + ps256(key, message)),
        length,
    )
    bad(
        "signature with a zero byte after it",
        token(sign=lambda key, message: ps256(key, message) + b"\0"),
        length,
    )
    bad("signature twice", token(sign=lambda key, message: ps256(key, message) * 2), length)
    bad("signature in little-endian", token(sign=lambda key, message: ps256(key, message)[::-1]))
    bad(
        "signature in hexadecimal",
        token(sign=lambda key, message: ps256(key, message).hex().encode()),
        length,
    )
    bad(
        "message hashed twice",
        token(
            sign=lambda key, message: KEYS[key].sign(
                hashlib.sha256(message.encode()).digest(),
                padding.PSS(padding.MGF1(hashes.SHA256()), 32),
                hashes.SHA256(),
            )
        ),
    )

    other = "a PS256 signature of this key over another header or payload"
    head, _, signature = token().split(".")
    forged = b64(as_bytes(claims(productCode=PRODUCT, extra="forged")))
    bad("payload exchanged", f"{head}.{forged}.{signature}", other)
    good = token(claims(nonce="another"))
    bad("header exchanged", f"{b64(as_bytes({'alg': 'PS256'}))}.{token().split('.', 1)[1]}", other)
    head, _, signature = good.split(".")
    bad("signature of another registration", f"{head}.{b64(as_bytes(claims()))}.{signature}", other)
    bad("payload signed alone", token(sign=lambda key, message: ps256(key, message.split(".")[1])), other)
    bad(
        "decoded payload signed",
        token(sign=lambda key, message: ps256(key, json.dumps(claims(), separators=(",", ":")))),
        other,
    )


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
