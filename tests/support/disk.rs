//! A disk that is soon full.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A tmpfs of a few megabytes, gone when dropped.
pub struct Small {
    folder: tempfile::TempDir,
}

impl Small {
    /// Mounts one.
    pub fn mount(megabytes: u32) -> Small {
        let folder = tempfile::tempdir().expect("a folder");
        let options = format!("size={megabytes}m,mode=1777");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "none"])
            .arg(folder.path())
            .output()
            .expect("mount runs");
        assert!(
            mounted.status.success(),
            "this test needs a small disk: run it as root where a tmpfs may be mounted ({})",
            String::from_utf8_lossy(&mounted.stderr).trim()
        );
        Small { folder }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it but for so many bytes.
    pub fn fill(&self, rest: u64) {
        let mut taken = Vec::new();
        let piece = vec![0; 4096];
        let mut file = fs::File::create(self.ballast()).expect("a file");
        while std::io::Write::write_all(&mut file, &piece).is_ok() {
            taken.push(());
        }
        let length = (taken.len() as u64 * 4096).saturating_sub(rest);
        file.set_len(length).expect("shortens the ballast");
    }

    /// Makes room again.
    pub fn empty(&self) {
        fs::remove_file(self.ballast()).expect("the ballast is there");
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Processes that still use it are about to end.
        let _gone = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}
