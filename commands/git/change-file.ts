/**
 * Renames or deletes one file and commits that alone. Like a save, it is compared by its blob with what was looked at; what
 * lies in the working tree uncommitted is kept under a ref of its own. An attempt that was cut short is recognised by what
 * it left.
 */
export const CHANGE_SCRIPT = `
set -e
export GIT_LITERAL_PATHSPECS=1
file="./$MK0R_PATH"
to=""
if [ -n "$MK0R_TO" ]; then to="./$MK0R_TO"; fi
for each in "$file" "$to"; do
  if [ -z "$each" ]; then continue; fi
  dir=$(dirname "$each")
  while [ "$dir" != . ]; do
    if [ -L "$dir" ] || { [ -e "$dir" ] && [ ! -d "$dir" ]; }; then echo no-file; exit 0; fi
    dir=$(dirname "$dir")
  done
  if [ -L "$each" ] || { [ -e "$each" ] && [ ! -f "$each" ]; }; then echo no-file; exit 0; fi
done
blob() { git rev-parse -q --verify "HEAD:$1" || echo none; }
committed=$(blob "$MK0R_PATH")
target=none
if [ -n "$to" ]; then target=$(blob "$MK0R_TO"); fi
isdone=no
if [ "$committed" = none ] && [ "$(git rev-parse HEAD)" != "$MK0R_FROM" ]; then
  if [ -z "$to" ] || [ "$target" = "$MK0R_BASE" ]; then isdone=yes; fi
fi
if [ "$isdone" = no ]; then
  if [ "$committed" != "$MK0R_BASE" ]; then echo conflict; exit 0; fi
  if [ -n "$to" ]; then
    if [ "$target" != none ]; then echo exists; exit 0; fi
    if [ -e "$to" ] && [ -e "$file" ]; then echo exists; exit 0; fi
    if GIT_LITERAL_PATHSPECS= git check-ignore -q "$to"; then echo ignored; exit 0; fi
  fi
  if [ -e "$file" ]; then
    there=$(git hash-object -w --path="$MK0R_PATH" "$file")
    if [ "$there" != "$committed" ]; then git update-ref "refs/mk0r/aside/$MK0R_SAVE" "$there"; fi
  fi
  if [ -n "$to" ]; then
    if [ ! -e "$to" ]; then
      git checkout -q HEAD -- "$MK0R_PATH"
      mkdir -p "$(dirname "$to")"
      mv -- "$file" "$to"
    fi
    git add -- "$MK0R_TO"
    set -- "$MK0R_PATH" "$MK0R_TO"
  else
    rm -f -- "$file"
    set -- "$MK0R_PATH"
  fi
  git -c user.name=Owner -c user.email=owner@mk0r.local commit -q --no-verify -m "$MK0R_TITLE" --only -- "$@"
  rmdir -p -- "$(dirname "$file")" 2>/dev/null || true
fi
echo saved
git update-ref "refs/mk0r/commits/$(git rev-parse HEAD)" HEAD
git rev-parse HEAD
git diff --name-status --no-renames -z "$MK0R_FROM" HEAD
`;
