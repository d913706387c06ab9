# The CycloneDX document of platy's binary.
#   $metadata   what `cargo metadata` prints, in an array
#   $crates     `name version`, a crate a line, of those that are in the binary
#   $checksums  `name version checksum`, of those in Cargo.lock
#   $digest     the binary's SHA-256
#   $time       the moment of the commit
def lines: split("\n") | map(select(. != "") | split(" "));
($checksums | lines | map({ key: "\(.[0]) \(.[1])", value: .[2] }) | from_entries) as $sums
| ($metadata[0].packages | map({ key: "\(.name) \(.version)", value: . }) | from_entries) as $packages
| def component($of): $packages[$of] | {
    type: "library", "bom-ref": "pkg:cargo/\(.name)@\(.version)", name, version,
    licenses: [{ expression: ((.license // "NOASSERTION") | gsub(" ?/ ?"; " OR ")) }],
    purl: "pkg:cargo/\(.name)@\(.version)",
    hashes: [{ alg: "SHA-256", content: ($sums[$of] // error("no checksum of \($of)")) }]
  };
$crates | lines | map("\(.[0]) \(.[1])") as $names
| ($names | map(select(startswith("platy ")))[0]) as $platy
| {
    bomFormat: "CycloneDX", specVersion: "1.5", version: 1,
    metadata: {
      timestamp: $time,
      component: ($packages[$platy] | {
        type: "application", "bom-ref": "pkg:cargo/platy@\(.version)", name, version,
        licenses: [{ expression: .license }], purl: "pkg:cargo/platy@\(.version)",
        hashes: [{ alg: "SHA-256", content: $digest }]
      })
    },
    components: ($names - [$platy] | map(component(.)))
  }
