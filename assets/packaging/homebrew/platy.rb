# For a tap. `assets/packaging/release` fills in the version and the checksum of the sources.
class Platy < Formula
  desc "Terminal explorer for multi-platform container images"
  homepage "https://platy.invalid"
  url "https://platy.invalid/platy-@VERSION@.tar.gz"
  sha256 "@SHA256@"
  license "Apache-2.0"

  depends_on "rust" => :build

  def install
    system "cargo", "install", "--profile", "dist", *std_cargo_args
    system bin/"platy", "man", "--folder", "man"
    man1.install Dir["man/man1/*"]
    man7.install Dir["man/man7/*"]
    generate_completions_from_executable(bin/"platy", "completions", shells: [:bash, :zsh, :fish])
    (lib/"docker/cli-plugins").install_symlink bin/"platy" => "docker-platy"
    bin.install_symlink "platy" => "kubectl-platy"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/platy --version")
  end
end
