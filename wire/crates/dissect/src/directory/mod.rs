//! Who logs on: Kerberos, LDAP, RADIUS, and the names of Windows networks.

pub mod browser;
pub mod kerberos;
pub mod ldap;
pub mod radius;
