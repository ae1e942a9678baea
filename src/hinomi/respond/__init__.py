"""Respond: what to do about a finding, without harming the patient at the device's end (`respond.advice`)."""
