//! Where connections come from: a port, or a socket in the file system that only its owner can open.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::{Path, PathBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio_util::either::Either;

/// A connection's socket.
pub(super) type Socket = Either<TcpStream, UnixStream>;

/// What is listened at.
pub(crate) enum Listener {
    /// A port of one or all addresses.
    Tcp(TcpListener),
    /// A socket in the file system.
    Unix(UnixSocket),
}

/// A socket in the file system, which is removed when this is dropped.
pub(crate) struct UnixSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// The next connection.
    pub(super) async fn accept(&self) -> io::Result<Socket> {
        match self {
            Self::Tcp(listener) => listener.accept().await.map(|(tcp, _)| Either::Left(tcp)),
            Self::Unix(socket) => socket.listener.accept().await.map(|(unix, _)| Either::Right(unix)),
        }
    }
}

impl UnixSocket {
    /// Listens at `path`, mode 0600 from the first moment on. A socket that another server left there is replaced; one at
    /// which somebody answers is `AddrInUse`, and so is whatever is no socket. Must be called within a tokio runtime.
    pub(crate) fn bind(path: &Path) -> io::Result<Self> {
        if let Ok(there) = fs::symlink_metadata(path) {
            let is_left_over = there.file_type().is_socket() && StdUnixStream::connect(path).is_err();
            if !is_left_over {
                return Err(io::ErrorKind::AddrInUse.into());
            }
        }
        // Made where nobody else can open it, and moved to its place with its permissions.
        let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let apart = tempfile::Builder::new().prefix(".blendscope-").tempdir_in(beside)?;
        let made = apart.path().join("s");
        let listener = UnixListener::bind(&made)?;
        fs::set_permissions(&made, Permissions::from_mode(0o600))?;
        fs::rename(&made, path)?;
        Ok(Self { listener, path: path.to_owned() })
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        // While this one answers, no other server takes the path over.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_belongs_to_its_owner_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blendscope.sock");
        let socket = UnixSocket::bind(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = UnixSocket::bind(&path).map(drop).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_a_killed_server_left_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        assert!(UnixSocket::bind(&path).is_ok());
        let file = folder.path().join("notes.txt");
        fs::write(&file, "mine").unwrap();
        assert_eq!(UnixSocket::bind(&file).map(drop).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }
}
