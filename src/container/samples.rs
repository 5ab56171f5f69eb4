//! Small containers, each of which holds the same sentence. They cannot be made here, as nothing
//! that is linked packs in these ways.

pub(super) const BZIP2: &str = "\
    QlpoORdyRThQkAAAAABCWmg5MUFZJlNZFVZKfwAAHFGAABBAAC5tjAAgACK/1VNGRtHqhAAAw49RxSlMtI6bZdojSPn4\
    u5IpwoSAqrJT+A==\
";

pub(super) const XZ: &str = "\
    /Td6WFoAAAFpIt42AgAhARYAAAB0L+WjAQATc3RhbmNoIGxvb2tzIGluc2lkZQoAIvjr4wABKBT8zwFnkEKZDQEAAAAA\
    AVlaAAAAAP03elhaAAAE5ta0RgIAIQEWAAAAdC/lo+AAJwAbXQA5nQhGlDu/4crghIt9uvSvrEdoBTthqbHtAAAAAOSP\
    poFeXuFwAAE3KOW9NIUftvN9AQAAAAAEWVo=\
";

pub(super) const XZ_X86: &str = "\
    /Td6WFoAAAD/EtlBAgEEACEBFgANhjUf4AA7ABtdADmdCEaUO7/hyuCEi3269K+sR2gFO2SvaBAAAAAAAAEvPMHx9R0G\
    cp56AQAAAAAAWVo=\
";

pub(super) const ZSTD: &str = "\
    UypNGAIAAABoaSi1L/0EWKEAAHN0YW5jaCBsb29rcyBpbnNpZGUK3FVctSi1L/0EWNUAAKBzdGFuY2ggbG9va3MgaW5z\
    aWRlCgEAjp5MrvwJrg==\
";

pub(super) const SEVENZ: &str = "\
    N3q8ryccAATRPEmyegAAAAAAAAAUAAAAAAAAABB4Pt4BABZhYmNzdGFuY2ggbG9va3MgaW5zaWRlCgDgAGAAV10AAIEz\
    B64Pz7XvEA/r6py/DNycascwXIjoc59GKH/xQ+H36T0l06eReJDpo1quJ7w4oHZ1LVUhFCobAHTl5D35SpP64VmgniGy\
    bbtwJ8O2pxoy997HZwAAABcGGwEJXwAHCwEAASEhARgMYQAA\
";

pub(super) const SEVENZ_X86: &str = "\
    N3q8ryccAAScMTNjjQAAAAAAAAAUAAAAAAAAAAO5GRoAMJiImZhOPECCz4NtdmqlnFClSaNaeCX75hkF//8Q9AAA4ABs\
    AGNdAACBMweuD9As9LyfORCcimBXtUuQmZq2NwaFBQACL7jFTytBu+Eh8xufn7Ao3OuSI39xuE0YM9gsWhd1it0tXYb8\
    VZaUYZcZAltuUfBW5qsBez34w2VhG+TxBBpL1RpLYIQAAAAXBiIBCWsABwsBAAEhIQEYDG0AAA==\
";

pub(super) const SQLITE: &str = "\
    eNoLDvTJLElVSMsvyk0sUTBmYGJgZGRwUFBgYAAyIRgGGIGYBY1PCDAx6CUz8oIUM95lAKJRQE+gyMgmzs/PaFySmJST\
    WlHB5Bzk6hjiqhDi6OTjqlChka1TpgmKGyZQ3DwdjZ1hB9iYmPkFq6qqJBmZhY2zUyuLSxLzkjMUcvLzs4sVMvOKM1NS\
    ATXhHjM=\
";

pub(super) const SQLITE_DELETED: &str = "\
    eNoLDvTJLElVSMsvyk0sUTBmYGJgZGRwUFBgYGBgBmImBgRgBGIWND4hwMygl8zIC1LMeJcBiEYBPYEiI5s4Pz+jcUli\
    Uk5qRQWTc5CrY4irQoijk4+rQoVGtk6ZJi/jU2jcjMbOsANsTMz8glVVVUCmtHF2amVxSWJecoZCTn5+drFCZl5xZkoq\
    APOvHv0=\
";

pub(super) const ZIP_LZMA: &str = "\
    UEsDBD8AAgAOAAAAIQAi+OvjKAAAABQAAAAFAAAAYi50eHQJBAUAXQAAgAAAOZ0IRpQ7v+HK4ISLfbr0r6xHaAU69vRR\
    //9lQAAAUEsBAj8DPwACAA4AAAAhACL46+MoAAAAFAAAAAUAAAAAAAAAAAAAAIABAAAAAGIudHh0UEsFBgAAAAABAAEA\
    MwAAAEsAAAAAAA==\
";

pub(super) const ZIP_BZIP2: &str = "\
    UEsDBC4AAAAMAAAAIQAi+OvjOQAAABQAAAAFAAAAYi50eHRCWmg5MUFZJlNZ7bC3PAAACVGAABBAAC5tjAAgADEAAAoG\
    TNHqjX4tJPJqn4EkfF3JFOFCQ7bC3PBQSwECLgMuAAAADAAAACEAIvjr4zkAAAAUAAAABQAAAAAAAAAAAAAAgAEAAAAA\
    Yi50eHRQSwUGAAAAAAEAAQAzAAAAXAAAAAAA\
";

pub(super) const LZMA_ALONE: &str = "\
    XQAAgAD//////////wA5nQhGlDu/4crghIt9uvSvrEdoBTr29FH//2VAAAA=\
";

pub(super) const LZIP: &str = "\
    TFpJUAEXADmdCEaUO7/hyuCEi3269K+sR2gFOvb0Uf//ZUAAACL46+MUAAAAAAAAADkAAAAAAAAA\
";

/// A fuzzer made it: a length of a code passes below 0 and comes back.
pub(super) const BZIP2_ODD: &str = "\
    QlpoORdyRThQkABbAABCWmg5MUFZJlNZFVZKfwAAHFGAABBAAC5tjAAgACK/1VNGfj4+Pj5G0eqEYgD+w49RxSlMtHSbZdo\
    j\
";
