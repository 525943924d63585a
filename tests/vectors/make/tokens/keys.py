"""The keys of one run: made afresh, their private halves forgotten."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def new_key(bits):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key_of_2049_bits():
    """A modulus whose highest byte is 1. Asked for 2049 bits, OpenSSL makes 2048: so from two primes of other keys."""
    longer, shorter = new_key(2050).private_numbers(), new_key(2048).private_numbers()
    p, q, e = longer.p, shorter.q, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    rest = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    key = rsa.RSAPrivateNumbers(p, q, d, *rest, public).private_key()
    assert key.key_size == 2049
    return key


def small_modulus_key():
    """2048 bits, with room above the modulus for s + n."""
    while True:
        key = new_key(2048)
        if key.public_key().public_numbers().n >> 2040 < 0xC0:
            return key


KEYS = {
    "rsa2048": small_modulus_key(),
    "rsa2049": key_of_2049_bits(),
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
