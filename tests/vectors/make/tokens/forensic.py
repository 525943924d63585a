"""Makes ../../tokens/forensic.json: signatures that do not verify, each for a reason that can be told."""

import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keys import KEYS, public_pem
from workshop import (
    CASES,
    HEADER,
    as_bytes,
    b64,
    claims,
    numeric,
    ps256,
    raw,
    refused,
    signing_input,
    token,
    verified,
)

OUT = pathlib.Path(__file__).parents[2] / "tokens" / "forensic.json"
KEYS_IN_USE = ["rsa2048", "rsa2049", "rsa3072", "rsa3072-second", "rsa3072-attacker"]
BOTH = {"1": "rsa3072", "2": "rsa3072-second"}
CLAIMS = json.dumps(claims(), separators=(",", ":"))
UNKNOWN = "no signature of the key of version 1: it opens neither as PSS nor as PKCS #1 v1.5"


def bad(name, given, causes, code="signature_invalid", **more):
    refused(name, given, code, causes=causes, **more)


def sealed(text, signature):
    return f"{text}.{b64(signature)}"


def pkcs1(digest):
    return lambda key, message: KEYS[key].sign(message.encode(), padding.PKCS1v15(), digest())


def other_keys():
    by_first = token(claims(publicKeyVersion=2))
    found = ["signed_by_other_key", "it does verify under the key of version 1"]
    bad("version 2 named, key 1 signed", by_first, [found], keys=BOTH)
    bad("version 3 named, key 1 signed", token(claims(publicKeyVersion=3)), [found], "key_version_unknown")
    bad(
        "version 2 named, key 1 signed with a salt of 20 bytes",
        token(claims(publicKeyVersion=2), salt=20),
        [
            ["signed_by_other_key", "the key of version 1 made it"],
            [
                "other_salt_length",
                "the key of version 1 signed this token with a salt of 20 bytes, where PS256 has 32",
            ],
        ],
        keys=BOTH,
    )
    by_small = token(claims(publicKeyVersion=1), key="rsa2048")
    found = ["signed_by_other_key", "it does verify under the key of version 7"]
    bad("version 1 of 3072 bits named, key 7 of 2048 bits signed", by_small, [found], keys={"1": "rsa3072", "7": "rsa2048"})


def schemes():
    for bits, digest in [(256, hashes.SHA256), (384, hashes.SHA384), (512, hashes.SHA512)]:
        evidence = f"the key of version 1 signed this token by PKCS #1 v1.5 with SHA-{bits}"
        bad(f"RS{bits}, PS256 in the header", token(sign=pkcs1(digest)), [["rs256_in_disguise", evidence]])
        header = {"alg": f"RS{bits}", "typ": "JWT"}
        bad(f"RS{bits}", token(header=header, sign=pkcs1(digest)), [["rs256_in_disguise", evidence]], "algorithm_not_ps256")
    for name, digest in [("SHA-1", hashes.SHA1), ("SHA-224", hashes.SHA224)]:
        evidence = f"the key of version 1 signed a text by PKCS #1 v1.5 with {name}"
        bad(f"PKCS #1 v1.5 with {name}", token(sign=pkcs1(digest)), [["rs256_in_disguise", evidence]])
    bad(
        "RS256 over another text",
        token(sign=lambda key, _: pkcs1(hashes.SHA256)(key, "another")),
        [
            ["rs256_in_disguise", "the key of version 1 signed another text by PKCS #1 v1.5 with SHA-256"],
            ["text_changed", "the key of version 1 made it over another header or payload"],
        ],
    )
    for key, salts in [("rsa3072", [0, 1, 20, 31, 33, 48, 64, 350]), ("rsa2048", [0, 222]), ("rsa2049", [222])]:
        for salt in salts:
            evidence = f"the key of version 1 signed this token with a salt of {salt} bytes, where PS256 has 32"
            bad(f"{key}, a salt of {salt} bytes", token(key=key, salt=salt), [["other_salt_length", evidence]], keys={"1": key})
    for digest, mgf, salt in [(256, 384, 32), (256, 512, 32), (384, 384, 48), (512, 512, 64), (512, 256, 32), (384, 512, 0), (512, 512, 318)]:
        function = {256: hashes.SHA256, 384: hashes.SHA384, 512: hashes.SHA512}
        evidence = (
            f"the key of version 1 signed this token by PSS with SHA-{digest}, MGF1 with SHA-{mgf} "
            f"and a salt of {salt} bytes"
        )
        given = token(digest=function[digest], mgf=function[mgf], salt=salt)
        bad(f"PSS with SHA-{digest}, MGF1 with SHA-{mgf}, a salt of {salt} bytes", given, [["other_pss_hash", evidence]])
    given = token(header={"alg": "PS384"}, digest=hashes.SHA384, mgf=hashes.SHA384, salt=48)
    evidence = "the key of version 1 signed this token by PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes"
    bad("PS384", given, [["other_pss_hash", evidence]], "algorithm_not_ps256")
    given = token(sign=lambda key, _: ps256(key, "another", digest=hashes.SHA512, mgf=hashes.SHA512, salt=64))
    bad(
        "PS512 over another text",
        given,
        [
            [
                "other_pss_hash",
                "the key of version 1 signed another text by PSS with SHA-512, MGF1 with SHA-512 and a "
                "salt of 64 bytes",
            ],
            ["text_changed", "the key of version 1 made it over another header or payload"],
        ],
    )
    bad("MGF1 with SHA-1, which is not tried", token(mgf=hashes.SHA1), [["unknown_key", UNKNOWN]])
    for key in ["rsa2048", "rsa2049"]:
        padding_fault = "what stands before its salt is not zeros and a 1"
        for name, fault, how in [
            ("trailer CC", "its last byte is cc, where PSS has bc", {"trailer": 0xCC}),
            ("salt marker 02", padding_fault, {"marker": 2}),
            ("padding not zero", padding_fault, {"padding": b"\x40" + bytes(100)}),
        ]:
            evidence = f"the key of version 1 made it, but {fault}"
            bad(f"{name}, {key}", token(sign=raw, key=key, **how), [["malformed_pss", evidence]], keys={"1": key})
    evidence = "the key of version 1 made it, but a bit is set that belongs to no one"
    bad("an unused bit set", token(sign=raw, key="rsa2048", top_bit=True), [["malformed_pss", evidence]], keys={"1": "rsa2048"})


def texts():
    header, payload, signature = token().split(".")

    def exchanged(name, causes, code="signature_invalid", header=header, payload=payload):
        bad(name, f"{header}.{payload}.{signature}", causes, code)

    other = ["text_changed", "the key of version 1 made it over another header or payload"]
    exchanged("payload exchanged", [other], payload=b64(as_bytes(claims(productCode="anotherproduct"))))
    exchanged("header with a kid", [["text_changed", f"the header was changed: it fits {HEADER}"]], header=b64(b'{"alg":"PS256","typ":"JWT","kid":"1"}'))
    exchanged("alg none put in", [["text_changed", f"the header was changed: it fits {HEADER}"]], "algorithm_not_ps256", header=b64(b'{"alg":"none"}'))
    sent = json.loads(CLAIMS)
    for name, text, how in [
        ("indented", json.dumps(sent, indent=2), "as JSON without white space"),
        ("spaced", json.dumps(sent), "as JSON without white space"),
        ("with a line feed", CLAIMS + "\n", "as JSON without white space"),
    ]:
        cause = ["reencoded", f"it fits once the payload is written {how}"]
        exchanged(f"payload {name} after signing", [cause], payload=b64(text.encode()))
    ordered = json.dumps(sent, sort_keys=True, separators=(",", ":"))
    names = ", ".join(f'"{name}"' for name in sent)
    cause = ["reencoded", f"it fits once the payload's members are in the order {names}"]
    exchanged("payload's members sorted after signing", [cause], payload=b64(ordered.encode()))
    spaced = b64(b'{ "alg": "PS256", "typ": "JWT" }')
    exchanged(
        "header and payload spaced after signing",
        [["reencoded", "it fits once header and payload are written as JSON without white space"]],
        header=spaced,
        payload=b64(json.dumps(sent).encode()),
    )
    swapped = b64(b'{"typ":"JWT","alg":"PS256"}')
    exchanged("header's members swapped after signing", [["text_changed", f"the header was changed: it fits {HEADER}"]], header=swapped)
    cause = ["reencoded", "it fits once the payload is written in base64url without padding"]
    exchanged("payload padded after signing", [cause], "base64url_padding", payload=base64.urlsafe_b64encode(as_bytes(claims())).decode())

    def signed_as(name, written, how):
        bad(name, sealed(f"{header}.{payload}", ps256("rsa3072", written)), [["reencoded", f"it fits {how}"]])

    for name, text, how in [
        ("spaced", json.dumps(sent), "as JSON with a space after each comma and colon"),
        ("indented", json.dumps(sent, indent=2), "as JSON on indented lines"),
        ("indented, with a line feed", json.dumps(sent, indent=2) + "\n", "as JSON on indented lines, with a line feed after it"),
        ("with a line feed", CLAIMS + "\n", "with a line feed after it"),
    ]:
        signed_as(f"payload signed {name}", signing_input(HEADER, text), f"once the payload is written {how}")
    padded = base64.urlsafe_b64encode(as_bytes(claims())).decode()
    assert padded.endswith("=")
    signed_as("payload signed padded", f"{header}.{padded}", "once the payload is written in base64url with padding")
    long = claims(nonce="0c7a9a52-6a4e-4f0e-9c1b-3f5a86c1d2e7", extra="???>>>~~~")
    text = signing_input(HEADER, long)
    standard = base64.b64encode(as_bytes(long)).decode()
    for name, written, how in [
        ("with padding", standard, "in standard base64 with padding"),
        ("without padding", standard.rstrip("="), "in standard base64 without padding"),
    ]:
        assert set("+/") & set(written)
        given = sealed(text, ps256("rsa3072", f"{header}.{written}"))
        bad(f"payload signed in standard base64 {name}", given, [["reencoded", f"it fits once the payload is written {how}"]])
    signed_as("payload signed alone", payload, "over the payload's segment alone")
    signed_as("decoded payload signed", CLAIMS, "over the decoded payload alone")
    signed_as("header and payload signed decoded", f"{HEADER}.{CLAIMS}", "over header and payload decoded")
    signed_as("payload signed unencoded", f"{header}.{CLAIMS}", "over the payload unencoded, as by RFC 7797")
    twice = KEYS["rsa3072"].sign(
        hashlib.sha256(f"{header}.{payload}".encode()).digest(),
        padding.PSS(padding.MGF1(hashes.SHA256()), 32),
        hashes.SHA256(),
    )
    how = "it fits over the SHA-256 of header and payload, which was hashed once more"
    bad("hashed twice", sealed(f"{header}.{payload}", twice), [["reencoded", how]])


def notations():
    text = signing_input(HEADER, claims())
    while True:
        signature = ps256("rsa3072", text)
        standard = base64.b64encode(signature).decode()
        if set("+/") & set(standard) and signature[0] and signature[-1]:
            break

    def written(name, segment, how, code="signature_invalid"):
        bad(name, f"{text}.{segment}", [["signature_reencoded", f"it does verify {how}"]], code)

    written("standard base64", standard, "once freed of the standard alphabet (+ and /)", "base64url_alphabet")
    written("a line feed after it", b64(signature) + "\n", "once freed of white space", "base64url_whitespace")
    written("hexadecimal", signature.hex(), "read as hexadecimal")
    written("hexadecimal in base64url", b64(signature.hex().encode()), "decoded and then read as hexadecimal")
    written("base64url twice", b64(b64(signature).encode()), "decoded twice")
    written("a zero byte before it", b64(b"\0" + signature), "without the byte before it (00)")
    written("two bytes after it", b64(signature + b"\r\n"), "without the 2 bytes after it (0d0a)")
    written("an OCTET STRING", b64(b"\x04\x82\x01\x80" + signature), "without the 4 bytes before it (04820180)")
    written("last byte first", b64(signature[::-1]), "with its last byte first")
    while True:
        short = ps256("rsa3072", text)
        if short[0] == 0:
            break
    written("a zero byte missing", b64(short[1:]), "with the zero bytes before it that are missing")
    small = signing_input(HEADER, claims())
    padded = base64.urlsafe_b64encode(ps256("rsa2048", small)).decode()
    cause = ["signature_reencoded", "it does verify once freed of padding (=)"]
    bad("padding", f"{small}.{padded}", [cause], "base64url_padding", keys={"1": "rsa2048"})
    cause = ["signature_reencoded", "it is a signature read as hexadecimal"]
    salted = ["other_salt_length", "the key of version 1 signed this token with a salt of 20 bytes, where PS256 has 32"]
    bad("hexadecimal with a salt of 20 bytes", f"{text}.{ps256('rsa3072', text, salt=20).hex()}", [cause, salted])

    def length(name, given, actual, code="signature_invalid"):
        cause = ["truncated", f"a signature of {actual} bytes, where those of the key of version 1 have 384"]
        bad(name, given, [cause], code)

    length("cut by one byte", sealed(text, signature[:-1]), 383)
    length("cut to half", sealed(text, signature[:192]), 192)
    length("one byte left", sealed(text, signature[:1]), 1)
    length("cut by three characters", f"{text}.{b64(signature)[:-3]}", 381, "base64url_length")


def others():
    def unknown(name, given, evidence, code="signature_invalid", **more):
        bad(name, given, [["unknown_key", evidence]], code, **more)

    unknown("another key", token(key="rsa3072-attacker"), UNKNOWN)
    nor = "no signature of the key of version 1, nor of the other key: it opens neither as PSS nor as PKCS #1 v1.5"
    unknown("a key beside two", token(key="rsa3072-attacker"), nor, keys=BOTH)
    lengths = "a signature of 384 bytes, where those of the key of version 1 have 256 and those of version 2 have 384"
    mixed = {"1": "rsa2048", "2": "rsa3072"}
    unknown("as long as another key's", token(key="rsa3072-attacker"), f"{lengths}, but no key of the set made it", keys=mixed)
    lengths = "a signature of 257 bytes, where those of the key of version 1 have 384 and those of version 2 have 257"
    mixed = {"1": "rsa3072", "2": "rsa2049"}
    short = token(sign=lambda key, message: bytes([1] * 257))
    unknown("short, and as long as another key's", short, f"{lengths}, but no key of the set made it", keys=mixed)
    header, payload, signature = token().split(".")
    flipped = bytearray(base64.urlsafe_b64decode(signature))
    flipped[100] ^= 0x10
    unknown("one bit flipped", f"{header}.{payload}.{b64(bytes(flipped))}", UNKNOWN)
    lengths = "where those of the key of version 1 have 384"
    unknown("an RSA-2048 key", token(key="rsa2048"), f"a signature of 256 bytes, {lengths} and those of an RSA-2048 key have 256")
    unknown("signature n", token(sign=numeric(lambda n: n)), "a number that is not below the modulus of the key of version 1")
    unknown("a byte too many", token(sign=lambda key, message: bytes(385)), f"a signature of 385 bytes, {lengths}")
    curve = ec.generate_private_key(ec.SECP256R1())
    text = signing_input({"alg": "ES256", "typ": "JWT"}, claims())
    numbers = decode_dss_signature(curve.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(number.to_bytes(32, "big") for number in numbers)
    evidence = f"a signature of 64 bytes, {lengths} and those of ES256, EdDSA and HS512 have 64"
    unknown("ES256", sealed(text, signature), evidence, "algorithm_not_ps256")
    text = signing_input({"alg": "HS256", "typ": "JWT"}, claims())
    signature = hmac.digest(public_pem("rsa3072").encode(), text.encode(), "sha256")
    evidence = f"a signature of 32 bytes, {lengths} and those of HS256 have 32"
    unknown("HS256 with the public key as the secret", sealed(text, signature), evidence, "algorithm_not_ps256")
    for alg in ["RS256", "none"]:
        evidence = "a PS256 signature of the key of version 1 over this very header"
        given = token(header={"alg": alg, "typ": "JWT"})
        bad(f"alg {alg}, signed with PS256", given, [["algorithm_mislabelled", evidence]], "algorithm_not_ps256")
    verified("nothing wrong", token(), causes=[])
    bad("the nonce alone wrong", token(claims(nonce="another")), [], "nonce_mismatch")
    bad("no signature to look at", f"{header}.{payload}", [], "segment_count")
    bad("a signature that is no base64", f"{header}.{payload}.***", [], "base64url_alphabet")


def main():
    other_keys()
    schemes()
    texts()
    notations()
    others()
    document = {"keys": {name: public_pem(name) for name in KEYS_IN_USE}, "cases": CASES}
    OUT.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
    print(f"{len(CASES)} cases in {OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
