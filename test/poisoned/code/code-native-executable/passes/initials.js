MZ = 1;
