"""Filing: what people write down for the duties and for the incident, joined with the store, and put on paper.

`duties` and `respond` know what an answer, a register and an incident are; here they are read from a home, filed in
it with an audit entry, and made into papers. Used by the API and the command line alike.
"""
