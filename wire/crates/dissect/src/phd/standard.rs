//! Standard configurations (11073-10404, -10407, -10408, -10415, -10417): an agent that has one of them sends no
//! configuration, so its objects are known by the number alone.

use std::collections::BTreeMap;

/// MDC_ATTR_NU_VAL_OBS_SIMP, _BASIC, MDC_ATTR_NU_CMPD_VAL_OBS_BASIC, MDC_ATTR_TIME_STAMP_ABS.
pub const SIMP: u16 = 0x0a56;
pub const BASIC: u16 = 0x0a4c;
pub const COMPOUND: u16 = 0x0a75;
pub const TIME: u16 = 0x0990;

/// Type and unit of an object, and the attributes of its reports in their order.
pub type Object = (u16, u16, Vec<u16>);

/// MDC_PRESS_BLD_NONINV: systolic, diastolic, mean, in this order (10407).
pub const NONINVASIVE: u16 = 18948;

/// Configuration, handle, type, unit, how the value stands in a report.
const OBJECTS: &[(u16, u16, u16, u16, u16)] = &[
    // 10404: saturation, pulse
    (0x0190, 1, 19384, 544, BASIC),
    (0x0190, 10, 18458, 2720, BASIC),
    (0x0191, 1, 19384, 544, BASIC),
    (0x0191, 10, 18458, 2720, BASIC),
    // 10407: pressures in mmHg, pulse
    (0x02bc, 1, NONINVASIVE, 3872, COMPOUND),
    (0x02bc, 2, 18474, 2720, BASIC),
    // 10408: temperature of the body in degrees Celsius
    (0x0320, 1, 19292, 6048, BASIC),
    // 10415: mass in kg, height in cm, mass for height squared
    (0x05dc, 1, 57664, 1731, SIMP),
    (0x05dc, 2, 57668, 1297, SIMP),
    (0x05dc, 3, 57680, 1952, SIMP),
    // 10417: glucose of capillary whole blood in mg/dL
    (0x06a4, 1, 29112, 2130, BASIC),
];

/// Objects of a standard configuration, empty for one that the agent describes itself.
pub fn objects(configuration: u16) -> BTreeMap<u16, Object> {
    OBJECTS.iter().filter(|o| o.0 == configuration).map(|(_, handle, kind, unit, form)| (*handle, (*kind, *unit, vec![*form, TIME]))).collect()
}
