/** `verify.sh` of every package: POSIX shell, OpenSSH and coreutils, 40 lines at most. In the specification word for word. */
export const verifyScript = `#!/bin/sh
# Verifies the package of this bag, or of another:  sh bag/verify.sh SIGNERS [BAG]
# SIGNERS is an allowed_signers file, or the key itself: 'ssh-ed25519 AAAA...'. It must reach you by another way than
# this package. So should this script: a forged package brings a forged one. It is printed in the specification.
set -eu
refuse() { echo "REFUSED: $1" >&2; exit 1; }
[ $# -ge 1 ] || { echo "usage: sh verify.sh ALLOWED_SIGNERS_FILE|'ssh-ed25519 AAAA...' [BAG]" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $1 in
  ssh-*) printf 'pinned-key %s\\n' "$1" >"$work/signers" ;;
  *) cat "$1" >"$work/signers" ;;
esac
cd "\${2:-$(dirname "$0")}"
export LC_ALL=C
if command -v sha256sum >/dev/null; then sum=sha256sum; else sum='shasum -a 256'; fi

odd=$(find . ../root.json ../root.json.sig ! -type f ! -type d)
[ -z "$odd" ] || refuse "neither a file nor a folder: $odd"
signer=$(ssh-keygen -Y find-principals -f "$work/signers" -s ../root.json.sig 2>/dev/null) ||
  refuse "root.json is not signed by a pinned key"
ssh-keygen -Y verify -f "$work/signers" -I "$(echo "$signer" | head -n 1)" -n reversibility-package@v1 \\
  -s ../root.json.sig <../root.json >/dev/null 2>&1 || refuse "the signature is not one of root.json"

expected=$(sed -n 's/.*"tagmanifestSha256":"\\([0-9a-f]*\\)".*/\\1/p' ../root.json)
[ "$($sum <tagmanifest-sha256.txt | cut -c1-64)" = "$expected" ] || refuse "tagmanifest-sha256.txt is not the one signed"
for list in tagmanifest-sha256.txt manifest-sha256.txt; do
  $sum -c "$list" >"$work/checked" 2>&1 || refuse "$(grep -v ': OK$' "$work/checked" | head -n 5)"
done

{ cut -c67- tagmanifest-sha256.txt manifest-sha256.txt; echo tagmanifest-sha256.txt; } | sort >"$work/listed"
find . -type f | sed 's|^\\./||' | sort >"$work/found"
unlisted=$(comm -13 "$work/listed" "$work/found" | head -n 5)
[ -z "$unlisted" ] || refuse "not listed in the manifests: $unlisted"
echo "VERIFIED: signed by $(echo "$signer" | head -n 1), every file is there, unaltered, and nothing else"
cat ../root.json && echo
`
