//! Every dissector, in the order in which an unknown flow is shown to them.

use crate::Dissector;

static ALL: &[&Dissector] = &[
    // Clinical.
    &crate::dicom::DISSECTOR,
    &crate::hl7::DISSECTOR,
    &crate::astm::DISSECTOR,
    &crate::poct1a::DISSECTOR,
    &crate::igtl::DISSECTOR,
    &crate::bcap::DISSECTOR,
    &crate::intellivue::DISSECTOR,
    &crate::phd::DISSECTOR,
    &crate::sdc::WSD,
    &crate::sdc::SDC,
    &crate::fhir::FHIR,
    // Infrastructure.
    &crate::tls::DISSECTOR,
    &crate::http::DISSECTOR,
    &crate::ssh::DISSECTOR,
    &crate::rdp::DISSECTOR,
    &crate::vnc::DISSECTOR,
    &crate::smb::DISSECTOR,
    &crate::ntlm::DISSECTOR,
    &crate::arp::DISSECTOR,
    &crate::directory::kerberos::KERBEROS,
    &crate::directory::ldap::LDAP,
    &crate::directory::radius::RADIUS,
    &crate::directory::browser::BROWSER,
    &crate::manage::snmp::SNMP,
    &crate::manage::ntp::NTP,
    &crate::manage::ptp::PTP,
    &crate::manage::syslog::SYSLOG,
    &crate::manage::ssdp::SSDP,
    &crate::manage::stun::STUN,
    &crate::link::lldp::LLDP,
    &crate::link::cdp::CDP,
    &crate::link::stp::STP,
    &crate::link::eapol::EAPOL,
    &crate::link::nd::ND,
    &crate::text::smtp::SMTP,
    &crate::text::pop::POP,
    &crate::text::imap::IMAP,
    &crate::text::ftp::FTP,
    &crate::text::telnet::TELNET,
    &crate::text::sip::SIP,
    &crate::text::rtsp::RTSP,
    &crate::plant::modbus::MODBUS,
    &crate::plant::bacnet::BACNET,
    &crate::plant::enip::ENIP,
    &crate::plant::s7::S7,
    &crate::plant::opcua::OPCUA,
    &crate::plant::knx::KNX,
    &crate::plant::mqtt::MQTT,
    &crate::database::postgres::POSTGRES,
    &crate::database::mysql::MYSQL,
    &crate::database::tds::TDS,
    &crate::database::oracle::ORACLE,
    &crate::dcerpc::DCERPC,
    &crate::print::PRINT,
    &crate::quic::QUIC,
    &crate::tls::dtls::DTLS,
    &crate::http::h2::H2,
    &crate::vpn::wireguard::WIREGUARD,
    &crate::vpn::ike::IKE,
    &crate::vpn::openvpn::OPENVPN,
    &crate::vpn::l2tp::L2TP,
    &crate::vpn::pptp::PPTP,
    &crate::vpn::remote::TEAMVIEWER,
    &crate::dhcp::DISSECTOR,
    &crate::dns::DNS,
    &crate::dns::mdns::MDNS,
    &crate::dns::llmnr::LLMNR,
    &crate::dns::nbns::NBNS,
];

pub fn all() -> &'static [&'static Dissector] {
    ALL
}

pub fn by_name(name: &str) -> Option<&'static Dissector> {
    ALL.iter().copied().find(|d| d.meta.name == name)
}
