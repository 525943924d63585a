"""The three segments and their base64url."""

from workshop import as_bytes, b64, claims, ps256, refused, token


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
