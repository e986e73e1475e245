// Native programs. Files that begin like one are searched alone, never together with others.

rule code_native_executable {
  meta:
    id = "code-native-executable"
    level = "review"
    about = "contains a native program, and does not declare it"
  condition:
    not declared and
    (uint32be(0) == 0x7f454c46 or
     (uint16be(0) == 0x4d5a and uint32be(uint32(0x3c)) == 0x50450000) or
     uint32be(0) == 0xfeedface or uint32be(0) == 0xfeedfacf or
     uint32be(0) == 0xcefaedfe or uint32be(0) == 0xcffaedfe or
     // A Java class begins with the same four bytes. The next four are its version; here, they are the number of parts.
     (uint32be(0) == 0xcafebabe and uint32be(4) < 20))
}
