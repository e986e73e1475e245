"""Makes the conformance suite's repositories ones of our profile, so that its cases reach the steps they are about.

A plugin of pytest (README.md). It changes how the suite writes its files, and nothing of what it expects of a client:
canonical JSON, signatures with the lower value of s, the length and the SHA-256 of the snapshot alone, timestamps of
three days at most, the keyring as the one target of the top level, and 256 bins.
"""

import json
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer
from tuf_conformance._internal.repository_simulator import SIGNERS, RepositorySimulator

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _low(sig: str) -> str:
    try:
        r, s = decode_dss_signature(bytes.fromhex(sig))
    except ValueError:
        return sig  # A case that breaks it.
    return encode_dss_signature(r, min(s, ORDER - s)).hex()


def _serialize(self, metadata) -> bytes:
    value = metadata.to_dict()
    for signature in value["signatures"]:
        signature["sig"] = _low(signature["sig"])
    value["signatures"].sort(key=lambda signature: signature["keyid"])
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _hashes_of_snapshots(self, role: str):
    if role != Snapshot.type:
        return None, None
    data = self.signed_mds[role][-1]
    return {"sha256": sha256(data).hexdigest()}, len(data)


_initialize = RepositorySimulator._initialize
_publish = RepositorySimulator.publish


def _publish_short_lived(self, *args, **kwargs):
    expires = self.timestamp.expires
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=expires.tzinfo)
    self.timestamp.expires = min(expires, now + timedelta(days=3))
    return _publish(self, *args, **kwargs)


def _initialize_with_bins(self) -> None:
    RepositorySimulator.publish = lambda *_, **__: None
    _initialize(self)
    RepositorySimulator.publish = _publish_short_lived
    self.add_succinct_roles(Targets.type, 8, "bin")
    self.targets.targets["trust/keyring.json"] = TargetFile.from_data("trust/keyring.json", b"{}", ["sha256"])
    bins = list(self.targets.delegations.succinct_roles.get_roles())
    for name in bins:
        self.mds[name].signed.unrecognized_fields["name"] = name
    self.publish([*bins, Targets.type, Snapshot.type, Timestamp.type, Root.type])


JSONSerializer.serialize = _serialize
RepositorySimulator._compute_hashes_and_length = _hashes_of_snapshots
RepositorySimulator._initialize = _initialize_with_bins
# Whatever a case asks for: a timestamp that does not say them is none.
RepositorySimulator.compute_metafile_hashes_length = property(lambda _: True, lambda *_: None)
# The bins take one key of those that are made for all cases.
SIGNERS["ecdsa", "ecdsa-sha2-nistp256"].append(CryptoSigner.generate_ecdsa())
