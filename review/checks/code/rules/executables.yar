// Programs of the machine. Files that begin so are searched one by one, never among others.

rule code_native_executable {
  meta:
    id = "code-native-executable"
    level = "review"
    about = "carries a native program, and does not say that it is for certain machines"
  condition:
    not declared and
    (uint32be(0) == 0x7f454c46 or
     (uint16be(0) == 0x4d5a and uint32be(uint32(0x3c)) == 0x50450000) or
     uint32be(0) == 0xfeedface or uint32be(0) == 0xfeedfacf or
     uint32be(0) == 0xcefaedfe or uint32be(0) == 0xcffaedfe or
     // A Java class begins with the same four bytes; what follows is its version there, the number of parts here.
     (uint32be(0) == 0xcafebabe and uint32be(4) < 20))
}
