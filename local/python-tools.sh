# What the tests take from PyPI, in an ignored folder of the repository's own. Sourced by setup.sh.

PYTHON_FOLDER=${PYTHON_FOLDER:-$(dirname "$0")/../.tools/python}
PYTHON_PINS=$(dirname "$0")/python-tools.txt

# Says whether they are here, in the versions that are asked for; if not, the variable `missing_python` says so.
look_for_python_tools() {
  if [ -x "$PYTHON_FOLDER/bin/cfn-lint" ] && cmp -s "$PYTHON_PINS" "$PYTHON_FOLDER/installed.txt"; then
    echo "found   $PYTHON_FOLDER/bin/cfn-lint"
  else
    echo "missing $(tr '\n' ' ' <"$PYTHON_PINS")from PyPI, in .tools/python"
    missing_python=yes
  fi
}

make_python_tools() {
  echo "installing $(tr '\n' ' ' <"$PYTHON_PINS")with pip in .tools/python"
  python3 -m venv --clear "$PYTHON_FOLDER" &&
    "$PYTHON_FOLDER/bin/pip" install --quiet --disable-pip-version-check -r "$PYTHON_PINS" &&
    cp "$PYTHON_PINS" "$PYTHON_FOLDER/installed.txt"
}
