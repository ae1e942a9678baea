//! Two of a kind: one for each side of a flow.

use hinomi_model::Dir;

/// `client` belongs to what the client sends (`Dir::ToServer`), `server` to what the server sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sides<T> {
    pub client: T,
    pub server: T,
}

impl<T> Sides<T> {
    #[inline]
    pub fn of(&self, dir: Dir) -> &T {
        match dir {
            Dir::ToServer => &self.client,
            Dir::ToClient => &self.server,
        }
    }

    #[inline]
    pub fn of_mut(&mut self, dir: Dir) -> &mut T {
        match dir {
            Dir::ToServer => &mut self.client,
            Dir::ToClient => &mut self.server,
        }
    }
}
