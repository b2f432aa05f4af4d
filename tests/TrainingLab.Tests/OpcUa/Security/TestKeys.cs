using System.Security.Cryptography;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>RSA keys that are the same in every run, so that tests are quick and repeatable. They protect nothing.</summary>
internal static class TestKeys
{
    /// <summary>A new object with one of the keys: 2048 bits by the names a, b and c, 3072 by long, 4096 by longest, 1024 by short.</summary>
    public static RSA Of(string name)
    {
        var key = RSA.Create();
        key.ImportFromPem(name switch { "a" => A, "b" => B, "c" => C, "long" => Long, "longest" => Longest, "short" => Short, _ => throw new ArgumentOutOfRangeException(nameof(name)) });
        return key;
    }

    private const string A = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCj/xqESt6+SxLs
        8TO96IIBTOKE+3Qvpr+AZUkm2RQN7vUabPeoYv6IvQuICQIZinPCQaTEX421DmQk
        ARi7MHnBR5LZ7AgukPSaqxLdX64eavS3D3bnXYKKS/mb0rXcNfi4YB8pSo9przky
        2He1nMOFKRUY5Y9K74Ci4IZQJJF1WnZMSV2hYcCxCmGRh8fQuXf2+leoeXoRDFyy
        8FvAzltnQffiCCKu0GhabAgj54Sq8dZjydDRg66MvHlKFu52kRJT6e/Z78p8zwpD
        KOVHw7NjrL7d8H6BTF1vlmnwWCHI5laOskdt5GYbdNpIIs4B4At8ANSKwSQGMgl/
        3X0gnjYzAgMBAAECggEAQtpPmPZcbv5zrJt3GEecF6OcA9Htvy8eidzAQVHk1vk+
        eZNKMh6I3H0UIlRpwreqENpprJO3VMOVFwhLaKOOPrhKqQOLIlB9Jj/u5MeIV2YK
        dEWdlxuLh40JJ/hxol9uENs+WLrIU7DWhF+yDRrmqXXh39BU5ZtUuREGL814bnnW
        9UcvAosh1eFpr8uTceJUqb2O3yBWMJPg7vunMTh6uzb/BGAuge9kaYsybMZqq4tC
        r/EEeUjiEIL4hB22IXzC62KpUjGZq1Rzp6kxueFUyo3bF6IlWA2O2Z8lXFxskx06
        lEcPXnkbGr8ZhsU2c2m7ivTt/ig3R0H9+Z+mlG0UoQKBgQDTUkInZd7jOjVib+zN
        swKzgTqqA5cY9glNF/xThYuIwtJqGOqnIJ2AZjwEa+lFOFIUTqGoCVtbX+sCLPV4
        7k5APAcJvqLN77fNdlZ0zh8w/JKNrzaKFE9E8d1/bMYoSg7/iBw4wpyRSqRwbDy7
        133lmmQc3+fMZICaY4BCC2p5twKBgQDGq2UJ6FEInPA243Y6CPX8a3SMI00c/GfQ
        S+m9Noy4xes4bsf7K8o08rJLn9Z3sjGKZetJ6hqlzJovVQgQUBTIlhbAWCOrSNg7
        9K0X8Z8n8nrXoanY4maz7GXKPt4Mgtkzq/+yFvFE5DAA7zC5bX7xcMRNY7o0kMcd
        0Ye8XblXZQKBgQDPWh2Tbv//UnRjfJONWyNBY4JepFs0oOaLgQeUJKu/q/qvJHfL
        OdOR0778T656v0K6rlUs/tFnnXyJi/fpi1u45624QBibnaZqsr0uq7orZQmggNYx
        MrB9ZB4FFIRzsAd7cODQSRU781PbBDmrz0y3aIDnXESkZ9FQrGWDaJQ3jQKBgQC+
        08bbe2DKqyQ5NMdM+2p8KSLrsMTTQMbe1uwPKSSGHuXPcOl6Ixe5QB1ucntowarA
        SyFz///UnfDD4iM6uBEekrwLyR2J2xCIln7k7tt3XXwNP2WLw/vuevVTDIvw7IaB
        EYcrosng6GYLn7Tnh3tVooGL7GzhLOd1htugXU432QKBgDUWmHMn/SpdXsOaGGXR
        5ZxGQvjtdnd27NLf2ibEBYJuV0DjZJs5GdvTrotCR3t19Jt5dd5GRupZ9RgRchkY
        uEdKvM6ahkrsenFiUi8f2kQNswxG4XhPxNeN8NT9jV+kMjv5pyK+ZXSdATQfgUUr
        VbsZJhn9qFEDWPB1WMt7Fl2v
        -----END PRIVATE KEY-----
        """;

    private const string B = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCX6oH+bMOxBqlN
        rKGnjqNGCKjaBng3tbfGTDb+nJ0gusUrASWD4J2Vd/RD0QcqUEc4RBXBTof3UIOD
        4iFPF7u5tzhv9D1U++LqeyFRgl2FTBtDCGj60+eB0QT1cHQ9HQNFSWw1BCfbexyq
        QN+otiYTWNNEuquT6d0/8OL9MvC4wUOKHInI+8BnB/0TT1wRozu1u0KhBmNfDfjH
        3MxJVIOMBORI1aLeIwrOZZnms9WjVz6B2Ry9n1Ae405skWdpF8aBj9TSClhGIR/q
        UQqdHz36w1qCFipzG76OsMeOiRF83Uw4cJqdfMuye6Jop72HW1f+aSAIuVnstVw3
        pgugjQuNAgMBAAECggEAI7dOuLJ5j7UxOMHNf8dZO63thNTgjrh6bHSeuV2402kV
        0faDC25TnkCFfSw3swsMs33OX5RHAy46vVb83cuGpzMcYbXadZCC2P3551/u/NfX
        0Pq5M79+PlcWA15c9cFMc42/kvdXJ5LaOmzmKJQqf4HyqcX5cN0a112bAExprAXn
        RAcT/TtsMZqQJlgTWuPVtZOH8hgeKyMae9N+ozNWR4HOXmeiABITQ/iX+VIo3A/z
        /RYEzpBpfRVN/rC49RDqrHM6LmZKqqCygkmzPNWcIksM+2Xc/Yn73tYSdtVcRs5r
        qQwVXQtZ6FOZNl6/EyVRHMsdnEhkObkvoTJfTUVXQQKBgQDLqxXRxTs4p+uKcaeJ
        W5ow+XxtW6PdB70n9Q2LrdUOCo8YHsUrZWcuVHwe0skhfDiDI9Jh3ZfrPQwEBlyF
        OV9LpdKVDdL9iYPFWF3Z15UPHFV54w6EvY5fWQWv68m+wjgpi0BU424y9tNwx04o
        N6YBTKnOGJmoGQdtNT/ykSBQewKBgQC+80Hd9SQP52fqgiZ3NtimW9v7uUnMM6wr
        fcaSX6bpOuEY/MXCkz/tH5i76PLojVIJkn7bOx+3mUmujZJUql9t4EsYZU4Q0bFW
        zH8xufY6sz6SF6wPdJKIRIXai31YHAd0KgC20jx4gXr556oKg3kwYP7ypVL+Fi5x
        XL/xMNfJlwKBgQDBHIsnx1cLtUxEjNdKCiz9WtF773RD016rUFNzqXNmSOS8/g/9
        wbw/1aOKplpHAb2juod0e+PcDJokBtQbDfcphyVQZzczZvwmVk9Gin6vQTJay8us
        WP9xsLsPvwYfdZBC8+IfmzWV5Ss+t/uHbpxchxBKdlDbbj/4cJEdsjVtmQKBgCWP
        /LkI7BskzlBXYfG5nEy9bTzLajT9RTUY/OL2ZgMjTfx4XP61sLGYsZblcENG6Yhw
        hPvjWY3oXZI0z0BQc41NvfgClaTBWz1T5QGHL2TEtd5PQc2YhOrBcANZxUJ74Qt8
        578PBE5ASky2wcBntINL0VsyIm1RN7mdITT1Ar3pAoGBAJf1JN1ka4fxf20Q6oPO
        SVJYsRPwnVcHrtxrFySR7ctppSxjZG3lr6ajHymhfVnjAlQ/oZn2lqVHzQDbQPdE
        juUTIvbdd2LWSpj67mU+/3VkGAzSPmNuQ288crpSg+/c6nhfEc3A7VkhxqxdTICU
        8RmvAVIcpA/gblhHTKmOYkwL
        -----END PRIVATE KEY-----
        """;

    private const string C = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCjDaOEDYIu+HzS
        0vV0bm48IqdDrE620X5KtdfDDtT/O2mqbvugYVVVYRauJk+JbZf+hHcPI6guXkXu
        i5r4arest88p4F1qiMBLQkInzKmLchlQZR9HXFv110Q+WebvDrs1b0qF2nAF1fNP
        Z7dvOHLa8CuY+d+7k5nGvbu5rvYzBIIwflFXdQjlzd2GOmHsAi+ZkMRWDaIEil+E
        usPH1UH4O8lDpP1sDN0oC6r0A5OqFQHfv3X1vyOziXNVz0yecR8C0hQOCHRyzu92
        4g1JXxG2txm6TiC3CvDRAe5Tyd4sWbT3jm9eMNe0t+WFy+yOfqH9FiCuxAi0GcAH
        qrNUY8zZAgMBAAECggEAAMe6Anx/D42kU+zq/D+NWvp5Iuos5pPfib4k1hEuLzof
        92RjDgF740tHjMCbAlJqLFoCvimNQ+AzGkuu4OU/05LTP1p3D/avYYd5DLreYnqt
        XioHCYl1WNqKwCKgJ9Ysn/o+7h+ICDBzItbhSjtdVKiwCLdvXN99WEsESNnqYdRF
        JeImmCppxXYlzOxXNmxlPiubdotg5kJ8FQfnLDQNOHsPFQ+3LkFVY2GFuN7ju9xL
        9PnNqPxH7JhPXfLCQqFIURwcdxD+LgPz2MmheT41tRPDqs6BfY4ggXs3qSXhPlwJ
        w5+Pf6NZ+Zs8y49dGPDphHiEAY8ahw/8Y2aLgGUEoQKBgQDeWN92GfGSYAqpeLiR
        g1b+kP2vLCoAVQ4O0h+cdg/rguKx9DPCH7im4zIAwA25548p4uNLtBie6XilQrFD
        jhvh63mY+EK6ZBoa22spXUNxBBwVUGeNhCdneECgjmq6Tw34Ov/CEXGx8+wPfPaA
        v9eXJz1YISQbY8S59xgAxzq7CQKBgQC7u1kTLOhndDVq0+fispkYfRj+lu+VMOgj
        GrSRKBbDwe019khra3m3SM0QIei0EhgODcqR+MUAkhbSoD8h2YiCXdD4Y5DeuCGW
        kjsDl3bC9HuGBcENMj+rIzyYgrx/tvf1V6y3EfRSwYHUtAFx0TrW0bzo3/0O/VLR
        ozvm6p5nUQKBgChHMTPTv08k1smcdNLnV/sFiO8SsQkeX02QAun0+S1QqIBUHIwt
        8uVIguZf5BypNeYAk+xC07L12EUXr8TtGV/zqDNtxai+OXxkAyWbH3x5ohy6VAfu
        yLSVtB9hrTPS3lT5WxtszYvPBBRKLt1j40oecZ5lYoUTra+Cc3awoJMBAoGBAJP+
        DSpgrJVhtvqQMq0zvhzgAWQx+IzUESwbUV1dDRUlO6rejBiikUE70ux0zs2ltfDe
        TmLkiej5QaSpTxuQMV0UODiXxQzOeywH+x3JuYXW1cnBn36Xrjlrfcl8xrynsLFo
        fG+VZ9YVVhQoEzt2hbvze8jZStUWPsOkuwQ+0MEBAoGBAJs/kFeBKWipCgLyInz3
        /NkKfhlKqP4T98O7UDb9E8K3ZfQL8WWn96E5G4PRWt4kehFiPAcYiWMvy1ayr38k
        cNkEdNCHHURJoElJRVqgtK4LwIS2Cv6rJe2dEqviyudlVzl/sGxxTPmHIU6X38up
        LBtHyCDpb7OnGd4ddROXuc/j
        -----END PRIVATE KEY-----
        """;

    private const string Long = """
        -----BEGIN PRIVATE KEY-----
        MIIG/gIBADANBgkqhkiG9w0BAQEFAASCBugwggbkAgEAAoIBgQDIy6w8XIY8v++H
        GgwLkpZJpTTGPt34sC4STl3QuiiZ/jWI/jzhfVZDQuPDf+ikg1aM+1iEyYIC4SUn
        p4rfgxLwHUeRbAuLHn8Kgh5RhYZaDNUd3dEovySI/xNjGGA9MvkxVbHXAkBxepIB
        tebiM50svhcdNVkDAB9zVtWfE4XiYem8y/skmJJgMrBPtxfHuj4VX2ZKhSpbN48+
        VuHVKSOpflSyYYbJpBkJ/yJ2JlFoUEoXyfX78iWfFmUgJ1qPTHFN+B2mRPrwpT0p
        XS48sCyNfIev75pypcV9qbyCtxDs/hWcj2WwB3FoVBFkOXDbdhkUtkItuWgSXF5w
        VTR1W2WwxmkcY9EUh4BmyJClbRzJiRu+G6/48w++9V3zxn5vksysg6KkwuQzGhq6
        0WEj90hT7478m/ZfPJldBp67gX6CMcmwhuHqkL/WBqYoalPpWhMgWSa+59hI2rNu
        MHbctrHo/xnWntN12CsI5f8CGpEU7T1kFJzMMMpjF4BKw8HvTZMCAwEAAQKCAYAT
        xvPM8jQKkcEO5oLfNO32jP4YtKJ6VygCh5N39o3/NOmi95+ZehXgBBuY6uVIJuOE
        eVErqwlSLUjSkg78mtVnrwqYiTLN3hAXQd+omeU0w2TOT0XFpKX9lFodfY4lGPsw
        X8dnbQJZ6v+siXUXPIwzlvmB1/pPcFiorJnX1D1wocI65UB0R07LiNKS127RLkfl
        JQNXPayBVYSXWElgDHBFxnqjIzX6cF5C/M0xI+8KvjW+CBdhXGVWOQd21kl2Kcom
        evuaAZG0lQs1B/t+GJa3tEMuT5yzL/ZrJ6O2RMT5DOKytGBaefRR7LpxnI1WKJ9T
        4/4RwuvEPzGsfPcRk4n18VeNrXxUJdPOIbt046+TXLMk0SupDq/kwTer5PU+WlEW
        8ApdvQdmDY3/vBNP0B3PQj3HfQDi+vogttCgRBBUThfpirkioDZlVOZc7vR8pwuE
        dDcibkqk8pEHHvwTygBaE5gdNAZpcGh2J5kLoQ1wxNbihuhugJbmwR0t0dPagQEC
        gcEA6laY23INpmVjueA8LIGjf/HbuOTu1KrN49EyaKqoJCchqgjqbrJCaMJiMh/6
        DWmUnVR/BAWrKPCgFKAb5rq9NboGNkHBnj95ta/6TQOM1cNshVG63WYOOal5UeTp
        8sd56xAzrTFR8oK8ywU8BjqzHyY1jiV29vmuqnD42KLyilOz0LbUmBAXTTevX4H2
        vrlFTcXSVsHPSjzDUoj/tW5xP6fZukdwyv3a5uCsdI7Ntw9OspqULIpm5HwM6kdG
        qD8TAoHBANtbUZe8c5wThMzCSee557UujEtTXX8ZZsLPvYsZAuhBXlRcjzWpJm/N
        ec0MTJ51onfOMS/t0VRiHAu6qnEY2ANOKUX83B4xLy938bwwb0VrZm0+2pEME23a
        fZfm2WceO6n3r02S3+bYKwC6nSEXOBJSF7oZ/2NZXA5HYw6qVOgbJucLjbmQH+MP
        nt30PrlM/1ZLUzEBYxc8p6nApCLMMW3k034EMhssuo5JugPEHbek6o3e98q4D4W+
        yidgdJoHgQKBwQCB6iJyPofcwQcJrIwPrItlSkOi/KB/nHXqoDbPGhV/fYZHSwwU
        9JSmmWVxHpM1TlxK4OZN54qddtF4vc7aGpr9JzV8bPYXcl9aX8ZnXdl9RQtr2gS7
        63FlfFQ7F6qvovEvZVsQ4G/q/5oE/9DoLzDQyxETzidnAsNX0KvVBnlqQL9GraWs
        6/bPI1kBnP6bfAE0/b//wxDVulwa7MK+5gy42qh1glfA4f2y08ooEGdx3nWlxNby
        3oPuletfEsbUTasCgcEAvVmqqQynz0aaEBZ2rW0wspmnyS4BO0G2Dtw8heHlPI+Q
        2cm8ZVnKMCByz6maSf7JbBm1I+ZqGClIhGdx0YbckJ3byupnKDjUvmkPZp94rbf0
        BsGG8kY2T1GXsJQ5fmX+os2HqbLrS9214T81e+cLI+VxTdg7OIteh4Tf4TzvZhxq
        DG9Qu6nJnLtTK802h8YLc3Y6LcdAvkJBiKseBFu3H2GznsgIaKTHtSO3SqDz9h6J
        ykV6KKeR3qW+4xbEEGIBAoHAVJJ1BLfjUqYzGh2obcVy8mQoNVWJmelxTpmc79OR
        B0Sd3tOjvTzSFgfd2Jj4o0y7BMzaYagAo7yeTpKZGn/udQDNUZVbk01JwJOvOQeR
        0A5hVHd9Yqazx6nqj8X1xHCmZtskpI4hb1RI9HSCEXd96/afpIqBDK/4CU6iH+9D
        UxsjMAL/qmmX/oa3a9BV70FqY2gddIdO8k8C2WGW/cZTyDa4giAa/EFRKSvx7Ayg
        AEyMYRYzM+WrSqvrNwqjH87y
        -----END PRIVATE KEY-----
        """;

    private const string Longest = """
        -----BEGIN PRIVATE KEY-----
        MIIJQgIBADANBgkqhkiG9w0BAQEFAASCCSwwggkoAgEAAoICAQCfQegGW3HlieFq
        NcOhbS76F47zRd+VSGT2WGaeCgyB23J3b5U+hkNmxrzyRt8fDgl2WB/ewDOvl614
        ShHFTfnApgz41yx2BTRy/2ciBSEMeyo/Ije78s3zN1UCUg0eka+L1SAGycZGLKP8
        ZEDl7ekDdgn5u01E9Cxm4uPb7joyrpg6xJ4lV5gI7uHQLkXS2IFkIBfO5NOe0V0f
        PVYq+BCQxvcPknvUjGj22/5gZHKRkeFW++ejjQccyRmPp7r0E4/y0N2vSG1EEXME
        2FFHuFaJ4WDCgNnMD/o6yHb7DiN1imNuqo3lGx4H9ng2bG3qTQa2tZ3Olj4zFkC3
        pweuCOnZ3TfC+cF6DazGxbevZyxrkAPi6yJvnljbxR9aWce2lTPIHg1pfO5/NIQ3
        mMF9Ao6isz6P+Z6R1yI3QRrDPqub0f/aPG9VOCuD4rPByN65C0+2fAaVTRrcHnr2
        tpu7CDo8DkvEBl/8B0u3b2ZdxS0opwdMAry4fkVMeTYFu2geVkHuNCij1PljjtQ9
        Ig4uelc/v+gQp4U28C7f1kAWKhZ07v0Qn+ClSUkzui/rrNW3x/16OyxGL/gPaB4Q
        MnzNsSYLthdm7qRy3SW/GInbQE1DqEvdEUsfvObCTI+mt3uQ28p/kpOXFvmuFU/W
        fjlJ5Ip+PbiEDEb6Y4+agwDRyZJ8TQIDAQABAoICAAoSS8qx/KFl0tneX/zU5IjL
        PuVd6d1EIH5s6edKbIpZ0Cden7NQjczxjJKV0xeXrWBfKA30gb39DaGp0hJ0PIV5
        1kS/iSRGt/1G71dUk7VUpK2alPF0LXxiZ21MbV/49X9ffxC3+fTiuB50UcQUKDH7
        1r/yn9jqyC+AX4Ca1DthcGcd5KS7WD8zzoUxA2FplXeCZKOgWHG7WGH9YL9e6Lr/
        LHr16kkmPuiG0kEuT+UYRT0QJuxOEJyDIhj7EfTMbsRXNtuEEaBYYQLjtqlVUwza
        6Ri/SeI3i+HjzLlSpm7aO1VDwIjq6hq1qv7T0lQ/gskuqNp6lw6wmQFx/id7/olR
        3wjG1t/QTLnaG5pS2kUeZOvo8RfLNBHKWCDazYRp59PdtfG35ncosp/OHf5bVTfu
        kgg+eKZ2vngZsqzDbABpuj2d8PYGNnQLAp1d+NnVwO7Se2nqXD4bh8poyLZFVapj
        q4ybY4dSoXqzk1kbKzukBOHmyZDzYw236AaXSFQMMe1ukLIhQu9B5yu4YkBasE9T
        9+D9lq8y13A153s+HN5sp2si+wmLIB1FrfZLC/O8ryv0hJMQAK2qTIYMC/r4mBL/
        o3l140vIuJtBsB6TpX8z/VzPuBmVW9VWuymVzzXW/w5iOlTLuByRnBRpIy+iEvUG
        ao8TFpbfIrqsQxDuAB5RAoIBAQDZvMNc5FC6+SkPZBOOFG1Z3VqwK4VEj6R388pF
        pJzGRUk0JTLQlTnc5tZ2xjzbwQydu0CrvnAYDjokYVY8PfdVQVNzdXbqh7zlV8dw
        y/1WdFb09BAiPlsOYNq6xQbzX7r6vUEFrIX7NADTgKR9VSVCZdppM2lAw3kS8JW4
        pl3lFP6xLUsey/4BmbR4IpV+4WKECfcA4ZIQiBW8k04Eu2xGLHOBfGQUp8LHdKfu
        mtwSJTgCZrfquByxSGjQoHcXaguiodfvZZahxqIywVrR+/7UsjQdx41FePL1ZrZd
        Kt8+oQ7UNasVS5N6XFgNdkBfCUEmxNLUj8+AQEP0DF4v9RzvAoIBAQC7PlaJS9yJ
        BhM/m5XfX/+DAScfXzRG6UYVG5+RpLhJW45ZS2UCLTWU2T7HjG2Q25LQh5VMwut2
        sxFBeOT0wcMxk67DjsiBmdNk29TAzMDyIsayqmiS/d1yJGbYhtElBd1K0OLKVlMc
        vOvFERhsdbex003Lg0E9VJQ2ud14ZMnwiq+8szrNFs+HQT7jS5d6IY8thBJ3QdOC
        zVIDCLobCtgRq6wKtBi6neMW9PmPSgEwvchdYD9iWXhEDw8CuCZ0+toUirQUTkB4
        g9JjQ0d6YlExsvPsU/LE4txG240TkZbLRfrh5pytIESSTIax8VU5P0qO8qWuGbu9
        sRDyarB0YjKDAoIBAQDTppqc/E7BQRu5m0Uq8g5NsU7LOrLDr4FnHHJ9egLu9ECx
        UItxl+z0HutP72kPEDvMQ04c4/QgXgwEex2RV4bJt8N/0ynx1lo28TmsGo468MHq
        QChCsSxf8KQNsyILhv3BaCABfO+L/MPk1AKQ1ihuv4Ush84DJz/Uuko/gHB7Ewp0
        fZus5wwU0C1OLgf1mu7hfLI+iAYszaubb/EBxpH8MI9iyeCa92vt6CapWJ0dglJM
        ez7CCY/SgJlqWuEIwIto3juBuNVQkj3uamd3AKZ4aHUikWxwoJ5DD0GrlNYHEhXR
        EA4qmBlWctcg1tbBysQrBF4QQ26ns1CatT8FDRW/AoIBAB33vy/gNV602zXN9/G1
        UpasA4/w09QZl77fGe3ceCY9gg3mlDcB91ZoYrTbU9ngWqIHYSzU8Yyg4j0hVTub
        G1t+8HSaEJs1fHDjAi0NWEAosrZ7sZr9CIkxLEixYx3Sz3Ue831AzbKGxhFXSBpr
        yMesMwJEcpeXRtVvb/PJ5cwa1j+US+/xG6vhFGiae5bvchPt1GrD3U9M/zg/GFIl
        rSk+2Z0o7+BGTsco1BxL0t7zMPNI6TwbZ7U018kuofENCQRKosGxOH5RUsXSSclb
        nPUgWAvV77/1Mx4gG3crUQAdpiarmx3WUUM8/j3SizpLV+qDCWNQ+QxGH5k83Br0
        cHMCggEAK+rUSbfEJfNAYUcuSg9h46qGec+btmBZuanuc+V/Xpfvk6zCkmpfBAR8
        xoAEcypLGaYt1e7L9wUCWcP7qZEtD3nTcNpThXevFJzQUmLGxxf/tZfbnXNxAmjE
        PDMfIJHOOimXW4Kqm+gWWi86G334FIBg7WZ9j47R8zepZfb/Ms6tk8wVBi/QEPaT
        B1ndqnDApYicRdrGj72ur5C+SVPnU+tmgukAMzCKpbfYNU1ehkSlndoQzS9SBVTR
        Hv02+wbpAYtvxqz4c9o9QSmLPyktRduSWPBPdusXdnrCOR6YwWuJx1ZUqrsF2m0s
        7TSVerLxW8AOvjf8e6Gg37QKa5fmbQ==
        -----END PRIVATE KEY-----
        """;

    private const string Short = """
        -----BEGIN PRIVATE KEY-----
        MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBALTHj3YNKrbGEGpT
        8mXy+apt9dlibfRKjYaFPqhSWCqMOMY2Ds2XflRWs721kQJVBnIKrGCgSoUGNb0A
        cDpax9/W0slVMUFusb9nLBWPuUyjhqfUTFUmtQydUdW9gx3kpDf6ADDB1VaNmXXW
        p6ndMAcbEYlJ1g25ebErx6pWvBlTAgMBAAECgYEAmkBtON2jRLFb8F4Qxsy8G6AX
        1pUWHQxAFjg7boRUlnlvODGIEATj1jLky0rRoJvMFCLnUstyym6yC8MD/8bWI8mQ
        ltl0JMiBhyIA4bQjr5vOcX0288MG1XAi7xha0DtSOluekX2235/hqCtf/Sbv1BN2
        I2nARJf6RnUkZgebUAECQQDaN9FipXD9WQ807j181WfUUOqOK2mgkRnso0GA1kG5
        R0RcbE/dFm9wZD7/rBM0g15zYACoEi+Gw00ImmI3DAjTAkEA1BRWdsfin5wmnwz4
        kpvylQ9xe4+E7or37pxqzO1szhuWv2CLk8TZF8gcoXmJAM4VHpnFIoRxdgg3PUbL
        QU1dgQJBAKrOeiS+3txPs6l4ucRWvnjgBVjW/kzihupFN2aDTtqZwBaf6Tti7kOJ
        FA7IQBggo/OnN5xW78CKamfLgAkacGUCQDsVV2lMEpTI2fGhmXauv4xLeyAjQbN7
        P8tYBGEHHDLneL3kVb5bLufzNha+Vy7EOxoFWOhe4YUykMEfgey1cwECQDVVU81l
        jmNhbPzFxrjGxMt64uDJ9RuPTbZaEQb7j5wsJJqyocgaqxmWe467zoX0N0Vx8Gbn
        /vUpP5JqbGPdP4o=
        -----END PRIVATE KEY-----
        """;
}
