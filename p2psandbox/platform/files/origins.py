"""How S3 is spoken to, and from where browsers load files: what the settings need before there are models."""

from __future__ import annotations

from urllib.parse import urlsplit

from botocore.config import Config


def s3_client_settings(endpoint: str) -> Config:
    """Return boto3's configuration: signature 4, and short waits, so that a page can say that the store is down.

    AWS is addressed by the bucket's own host name, other services by path. Checksums boto3 would add to presigned
    addresses by itself are left out: browsers cannot send them.
    """
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "virtual"},
        connect_timeout=2,
        read_timeout=15,
        retries={"max_attempts": 2, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        tcp_keepalive=True,
    )


def storage_origins(*, bucket: str, endpoint: str, region: str, public: str) -> list[str]:
    """Return the origins browsers send parts to and load files from; none when files lie on this machine."""
    if not bucket:
        return []
    found = [_origin(endpoint) if endpoint else f"https://{bucket}.s3.{region}.amazonaws.com"]
    return [*found, *([_origin(public)] if public else [])]


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
