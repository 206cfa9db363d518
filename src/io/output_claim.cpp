// SPDX-License-Identifier: BSD-3-Clause
// SPDX-FileCopyrightText: The scatterfold developers
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/file_descriptor.hpp"
#include "base/unfinished_files.hpp"
#include "io/durable_write.hpp"
#include "io/printable.hpp"
#include "io/result_file.hpp"

namespace scatterfold {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;  // the kernel's own limit on a chain of symbolic links
constexpr int most_claim_attempts = 20;
constexpr int nfs_not_supported = 524;

std::string shown(const fs::path& path) { return printable(path.string(), 1000); }

/// Where a write to `path` ends up: symbolic links are followed, also one whose target is not there yet, so that the
/// link stays and its target is replaced.
fs::path final_target(const std::string& text) {
  fs::path path(text);
  for (int i = 0; i < most_links; ++i) {
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(path, error))) return path;
    const fs::path target = fs::read_symlink(path, error);
    if (error) throw OutputError(fmt::format("cannot read link {}: {}", shown(path), error.message()));
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  throw OutputError(fmt::format("{} is a loop of symbolic links: name another output", printable(text, 1000)));
}

fs::path folder_of(const fs::path& path) { return path.parent_path().empty() ? fs::path(".") : path.parent_path(); }

void check_folder(const fs::path& folder, const fs::path& path) {
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) {
    if (errno == ENOENT) throw OutputError(fmt::format("no folder {} (for {}): create it", shown(folder), shown(path)));
    throw OutputError(fmt::format("cannot use folder {} (for {}): {}; name another output", shown(folder), shown(path),
                                  std::strerror(errno)));
  }
  if (!S_ISDIR(status.st_mode)) {
    throw OutputError(fmt::format("{} is not a folder (for {}): name another output", shown(folder), shown(path)));
  }
}

void check_target(const fs::path& path, bool overwrite, const std::vector<std::string>& inputs) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw OutputError(
        fmt::format("cannot use {} as output: {}; name another output", shown(path), std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) throw OutputError(fmt::format("{} is a directory: name a file in it", shown(path)));
  if (!S_ISREG(status.st_mode))
    throw OutputError(fmt::format("{} is not a regular file: name another output", shown(path)));
  for (const std::string& input : inputs) {
    struct stat other {};
    if (stat(input.c_str(), &other) == 0 && other.st_dev == status.st_dev && other.st_ino == status.st_ino) {
      throw OutputError(
          fmt::format("output {} is the input {}: name another output", shown(path), printable(input, 1000)));
    }
  }
  if (!overwrite) throw OutputError(fmt::format("output {} exists: name another or add --overwrite", shown(path)));
}

[[noreturn]] void throw_taken(const fs::path& path, const fs::path& partial) {
  throw OutputError(fmt::format("another job is writing {} (it holds {}): wait for it or name another output",
                                shown(path), shown(partial)));
}

bool is_still_named(int descriptor, const fs::path& path) {
  struct stat open {
  }, named{};
  return fstat(descriptor, &open) == 0 && lstat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

/// Opens and locks the partial file. What a killed job left is taken over; what a live one holds is refused.
FileDescriptor claim_partial(const fs::path& path, const fs::path& partial) {
  for (int attempt = 0; attempt < most_claim_attempts; ++attempt) {
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    FileDescriptor descriptor(::open(partial.c_str(), flags | O_EXCL, 0666));
    const bool created = static_cast<bool>(descriptor);
    if (!created && errno == EEXIST) descriptor = FileDescriptor(::open(partial.c_str(), flags, 0666));
    if (!descriptor) {
      const char* const remedy =
          errno == EROFS || errno == EACCES ? ": name an output in a folder you can write to" : "";
      throw OutputError(fmt::format("cannot create {} ({}){}", shown(partial), std::strerror(errno), remedy));
    }
    if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) throw_taken(path, partial);
      const bool no_locks = errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP || errno == nfs_not_supported;
      if (!no_locks) throw OutputError(fmt::format("cannot lock {}: {}", shown(partial), std::strerror(errno)));
      // Without locks only the file's existence can tell.
      if (!created) {
        throw OutputError(fmt::format(
            "{} exists, left by another job (no locks here to tell whether it runs): remove it", shown(partial)));
      }
    }
    // Its last holder may have renamed or removed it between our open and our lock.
    if (is_still_named(descriptor.get(), partial)) return descriptor;
  }
  throw_taken(path, partial);
}

/// Renames without replacing, where the system can; else looks first.
int rename_new(const char* from, const char* to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  if (access(to, F_OK) == 0) {
    errno = EEXIST;
    return -1;
  }
  return std::rename(from, to);
}

}  // namespace

struct OutputClaim::Impl {
  fs::path path;
  std::string partial;
  bool overwrite = false;
  bool committed = false;
  pid_t owner = getpid();  // a forked worker that leaves must not take its parent's claim away
  FileDescriptor descriptor;
  std::optional<UnfinishedFile> unfinished;  // once `partial` is ours

  // Between the rename and the end of the commit: what stood under the final name, to be put back if need be.
  std::string earlier;
  enum class Before { unknown, nothing, kept } before = Before::unknown;

  ~Impl() {
    if (!committed && descriptor && owner == getpid()) unlink(partial.c_str());
  }

  /// All that can fail before the rename.
  void prepare() {
    if (committed) throw Error(ExitCode::internal, "output " + shown(path) + " was committed twice");
    if (!is_still_named(descriptor.get(), partial))
      throw OutputError(fmt::format("{} was removed or replaced while it was written: run again", partial));
    if (fsync(descriptor.get()) != 0)
      throw OutputError(fmt::format("cannot write {}: {}", shown(path), std::strerror(errno)));
  }

  void rename() {
    const char *const from = partial.c_str(), *const to = path.c_str();
    before = overwrite ? keep_earlier() : Before::nothing;
    if ((overwrite ? std::rename(from, to) : rename_new(from, to)) != 0) {
      const int number = errno;
      forget_earlier();
      throw OutputError(fmt::format("cannot rename {} to {}: {}", shown(partial), shown(path), std::strerror(number)));
    }
    committed = true;
    unfinished.reset();
  }

  /// A second name for what is about to be replaced; where the file system has no hard links, it cannot be had.
  Before keep_earlier() {
    unlink(earlier.c_str());  // of a job that was killed in the middle
    if (link(path.c_str(), earlier.c_str()) == 0) return Before::kept;
    return errno == ENOENT ? Before::nothing : Before::unknown;
  }

  void forget_earlier() noexcept {
    if (before == Before::kept) unlink(earlier.c_str());
    before = Before::unknown;
  }

  /// Undoes the rename, unless somebody else has put another file there already.
  void take_back() noexcept {
    if (!committed) return;
    const bool ours = is_still_named(descriptor.get(), path);
    if (ours && before == Before::nothing) unlink(path.c_str());
    if (ours && before == Before::kept && std::rename(earlier.c_str(), path.c_str()) == 0) before = Before::unknown;
    forget_earlier();
    descriptor.reset();
  }
};

OutputClaim::OutputClaim(const std::string& path, bool overwrite, const std::vector<std::string>& inputs)
    : impl_(std::make_unique<Impl>()) {
  if (path.empty()) throw OutputError("the output has no name: give -o a file");
  if (path.back() == '/') throw OutputError(fmt::format("{} names a folder: name a file in it", printable(path, 1000)));
  impl_->path = final_target(path);
  impl_->overwrite = overwrite;
  const fs::path folder = folder_of(impl_->path);
  check_folder(folder, impl_->path);
  check_target(impl_->path, overwrite, inputs);
  const fs::path partial = folder / fmt::format(".{}.partial", impl_->path.filename().string());
  {
    const SignalsWait no_file_is_forgotten;
    impl_->descriptor = claim_partial(impl_->path, partial);
    impl_->partial = partial.string();
    impl_->unfinished.emplace(impl_->partial);
  }
  impl_->earlier = (folder / fmt::format(".{}.earlier", impl_->path.filename().string())).string();
  // A job that finished while we waited for its lock may have made the output meanwhile.
  check_target(impl_->path, overwrite, inputs);
  if (ftruncate(impl_->descriptor.get(), 0) != 0) {
    throw OutputError(fmt::format("cannot write {}: {}", shown(partial), std::strerror(errno)));
  }
}

OutputClaim::~OutputClaim() = default;
OutputClaim::OutputClaim(OutputClaim&&) noexcept = default;

const std::string& OutputClaim::partial_path() const noexcept { return impl_->partial; }

void OutputClaim::commit() { commit_all({this}); }

void commit_all(const std::vector<OutputClaim*>& claims) {
  for (const OutputClaim* claim : claims) claim->impl_->prepare();
  SignalsWait until_all_are_there;
  try {
    for (const OutputClaim* claim : claims) claim->impl_->rename();
    for (const OutputClaim* claim : claims) flush_folder(folder_of(claim->impl_->path).string());
  } catch (...) {
    for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim) (*claim)->impl_->take_back();
    throw;
  }
  for (const OutputClaim* claim : claims) {
    claim->impl_->forget_earlier();
    claim->impl_->descriptor.reset();  // its lock would tell readers that somebody still writes
  }
  until_all_are_there.for_ever();
}

}  // namespace scatterfold
